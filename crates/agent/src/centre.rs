//! The other side of the two conversations.

use std::{fmt, time::Duration};

use api::{AgentReport, AgentReportAnswer, LogUpload, Target};
use async_trait::async_trait;
use model::Name;

/// Who a site reports to and is told by.
#[async_trait]
pub trait Centre: Send + Sync + fmt::Debug {
    async fn report(
        &self,
        site: &Name,
        report: &AgentReport,
    ) -> Result<AgentReportAnswer, CentreError>;

    /// A target newer than `generation`, or none within `wait`.
    async fn target(
        &self,
        site: &Name,
        generation: i64,
        wait: Duration,
    ) -> Result<Option<Target>, CentreError>;

    async fn upload_logs(&self, site: &Name, upload: &LogUpload) -> Result<(), CentreError>;
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CentreError {
    /// Try again: it may be back.
    #[error("{0}")]
    Away(String),
    /// The same again would be refused again; a human may have to look.
    #[error("{0}")]
    Refused(String),
}

impl From<client::ClientError> for CentreError {
    fn from(error: client::ClientError) -> Self {
        if error.may_pass() {
            Self::Away(error.to_string())
        } else {
            Self::Refused(error.to_string())
        }
    }
}

#[async_trait]
impl Centre for client::Client {
    async fn report(
        &self,
        site: &Name,
        report: &AgentReport,
    ) -> Result<AgentReportAnswer, CentreError> {
        Ok(Self::report(self, site, report).await?)
    }

    async fn target(
        &self,
        site: &Name,
        generation: i64,
        wait: Duration,
    ) -> Result<Option<Target>, CentreError> {
        Ok(Self::target(self, site, generation, wait).await?)
    }

    async fn upload_logs(&self, site: &Name, upload: &LogUpload) -> Result<(), CentreError> {
        Ok(Self::upload_logs(self, site, upload).await?)
    }
}
