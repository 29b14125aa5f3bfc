//! What all requests share, and the listening.

use std::{
    future::{Future, IntoFuture},
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use access::Policy;
use api::{Endpoint, Problem, ProblemKind};
use axum::serve::ListenerExt;
use model::JobKey;
use tokio::{
    net::TcpListener,
    sync::{OwnedSemaphorePermit, Semaphore, broadcast, watch},
};

use bytes::Bytes;

use crate::{
    Engine,
    http::{auth::Callers, denials::Denials, way::router},
    metrics::Metrics,
};

/// Requests answered at the same time, without those that wait.
const ORDINARY: usize = 512;
/// Agents and followers that wait for something new.
const WAITING: usize = 4096;
/// Streams of events.
const STREAMS: usize = 1024;
/// How long requests may take to finish once the server is to stop.
const FINISH: Duration = Duration::from_secs(5);

/// The HTTP side of a server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App(Arc<Shared>);

/// Not named outside: [`App`] is.
#[derive(Debug)]
pub struct Shared {
    pub(crate) engine: Engine,
    pub(crate) policy: Policy,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) callers: Callers,
    /// The jobs of which logs have just arrived.
    pub(crate) uploads: broadcast::Sender<JobKey>,
    /// Everything is planned anew for one caller at a time.
    pub(crate) planning: Arc<Semaphore>,
    pub(crate) denials: Denials,
    /// The land that the console draws, where it is not its own.
    pub(crate) map: Option<Bytes>,
    stopping: watch::Sender<bool>,
    slots: Slots,
    /// Numbers the requests of this process.
    requests: AtomicU64,
    /// Drawn at the start, so that requests of two processes differ.
    instance: u32,
}

/// How many may be answered at once, apart by what they do, so that those who wait keep nobody out.
#[derive(Debug)]
struct Slots {
    ordinary: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    streams: Arc<Semaphore>,
}

impl Deref for App {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    #[must_use]
    pub fn new(engine: Engine, policy: Policy, metrics: Arc<Metrics>, map: Option<Bytes>) -> Self {
        let slots = |count| Arc::new(Semaphore::new(count));
        Self(Arc::new(Shared {
            engine,
            policy,
            metrics,
            callers: Callers::default(),
            uploads: broadcast::channel(1024).0,
            planning: Arc::new(Semaphore::new(1)),
            denials: Denials::default(),
            map,
            stopping: watch::channel(false).0,
            slots: Slots {
                ordinary: slots(ORDINARY),
                waiting: slots(WAITING),
                streams: slots(STREAMS),
            },
            requests: AtomicU64::new(0),
            instance: getrandom::u32().unwrap_or_else(|_| std::process::id()),
        }))
    }
}

impl Shared {
    /// Room for one more request, until the answer is dropped.
    pub(crate) fn slot(&self, endpoint: &Endpoint) -> Result<OwnedSemaphorePermit, Problem> {
        let slots = match endpoint.id {
            "watch" => &self.slots.streams,
            "target" | "edge-target" | "logs" => &self.slots.waiting,
            _ => &self.slots.ordinary,
        };
        slots.clone().try_acquire_owned().map_err(|_| {
            Problem::new(
                ProblemKind::Busy,
                "too many requests are being answered: try again in a second",
            )
        })
    }

    pub(crate) fn request_id(&self) -> String {
        format!("{:08x}-{:x}", self.instance, self.requests.fetch_add(1, Ordering::Relaxed))
    }

    /// Waits until the server is to stop.
    pub(crate) async fn stopped(&self) {
        let mut stopping = self.stopping.subscribe();
        // It cannot be closed: `self` holds the sender.
        let _ = stopping.wait_for(|stop| *stop).await;
    }
}

/// Answers until `shutdown`; then those who wait end at once and the others have 5 s to finish.
///
/// # Errors
/// The listener failed.
pub(crate) async fn serve(
    listener: TcpListener,
    app: App,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let listener = listener.tap_io(|stream| {
        // Answers are written whole: waiting to fill a packet only delays them. Without it, it is slower but works.
        let _ = stream.set_nodelay(true);
    });
    let stop = app.clone();
    let begin_to_stop = async move {
        shutdown.await;
        stop.stopping.send_replace(true);
    };
    let serving =
        axum::serve(listener, router(&app)).with_graceful_shutdown(begin_to_stop).into_future();
    let too_long = async {
        app.stopped().await;
        tokio::time::sleep(FINISH).await;
    };
    tokio::select! {
        ended = serving => ended,
        () = too_long => {
            tracing::warn!("requests were still being answered after {FINISH:?}: left");
            Ok(())
        }
    }
}
