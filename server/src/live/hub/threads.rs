//! Who looks at a conversation, and who writes in it. The hub keeps nothing of it: pages repeat what they do, and forget what was not repeated.

use super::{super::between::Between, Hub, Push};
use model::{
    chat::attention::Attention,
    ids::{ThreadId, UserId},
    live::ServerMessage,
};

impl Hub {
    /// Tells these users, who are on the other side of a conversation, what somebody does in it: here and at the other copies.
    pub(in crate::live) fn at_thread_here(&self, thread: ThreadId, state: Attention, users: Vec<UserId>) {
        self.at_thread(thread, state, &users);
        self.tell(&Between::AtThread { thread, state, users });
    }

    /// The same for the sockets of this copy.
    pub(super) fn at_thread(&self, thread: ThreadId, state: Attention, users: &[UserId]) {
        let open = self.open();
        for user in users {
            for handle in open.users.get(user).into_iter().flatten() {
                handle.push(Push::Say(ServerMessage::AtThread { thread, state }));
            }
        }
    }
}
