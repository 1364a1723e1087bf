//! The chats of visits and the conversations that a page shows.

use super::{Session, Step, lost};
use domain::{access::Access, chat};
use model::{
    chat::attention::Attention,
    errors::Code,
    ids::{EncounterId, ThreadId},
    live::ServerMessage,
};

impl Session {
    /// Opens the chat of a visit for the page.
    pub(super) async fn open_thread(&mut self, visit: EncounterId, after: i64) -> Step {
        let access = self.access().await?;
        match chat::open_thread(self.hub.domain(), &access, visit).await {
            Ok(view) => {
                self.threads.insert(view.thread, after);
                self.tell_messages(&access, view.thread).await
            }
            Err(error) => self.refused(visit, &error).await,
        }
    }

    /// Sends the page the messages of a thread that it does not have yet.
    pub(super) async fn tell_messages(&mut self, access: &Access, thread: ThreadId) -> Step {
        let Some(mut after) = self.threads.get(&thread).copied() else { return Ok(()) };
        loop {
            let messages = match chat::messages(self.hub.domain(), access, thread, after).await {
                Ok(messages) => messages,
                Err(error) if error.code() == Code::NotFound => {
                    self.threads.remove(&thread);
                    return Ok(());
                }
                Err(error) => return Err(lost(error)),
            };
            let Some(newest) = messages.last().map(|message| message.position) else { return Ok(()) };
            for message in messages {
                self.say(&ServerMessage::ChatMessage { thread, message }).await?;
            }
            after = newest;
            self.threads.insert(thread, after);
        }
    }

    /// Tells those with whom the user writes what the user does. The policy is asked each time, so nothing is told of who lost their access.
    pub(super) async fn at_thread(&mut self, thread: ThreadId, state: Attention) -> Step {
        let access = self.access().await?;
        match chat::others_in_conversation(self.hub.domain(), &access, thread).await {
            Ok(others) => {
                self.hub.at_thread_here(thread, state, others);
                Ok(())
            }
            Err(error) if matches!(error.code(), Code::NotFound | Code::Forbidden | Code::SignInNeeded) => Ok(()),
            Err(error) => Err(lost(error)),
        }
    }
}
