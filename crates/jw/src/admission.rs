//! `cordon`, `uncordon`, `drain`: whether a site takes work.

use model::{Admission, Kind, Name};

use crate::{context::Context, failure::Failure};

/// Changes nothing else of the sites.
pub(crate) async fn set(
    context: &Context,
    sites: &[Name],
    admission: Admission,
) -> Result<(), Failure> {
    let client = context.client()?;
    for site in sites {
        let mut view = client.resource(Kind::Site, site).await?;
        let Some(spec) = view.spec.as_object_mut() else {
            return Err(Failure::Fault(format!(
                "the server's answer about site {site} has no spec"
            )));
        };
        spec.insert("admission".to_owned(), serde_json::json!(admission));
        let manifest =
            serde_json::json!({ "kind": "Site", "metadata": view.metadata, "spec": view.spec });
        client.apply(&manifest.to_string(), false).await?;
        context.out.note(format!("site {site} {}", done(admission)));
    }
    Ok(())
}

const fn done(admission: Admission) -> &'static str {
    match admission {
        Admission::Open => "takes new work again",
        Admission::Cordoned => "keeps its work and takes no more",
        Admission::Drained => "takes no more work; what is there moves elsewhere",
    }
}
