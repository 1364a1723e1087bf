//! What happens to accounts, and what people are told about it.

mod content;

pub use content::MailContent;

use super::{deletion, email_change, invitations, sign_ups};
use crate::{
    Result,
    db::Urgency,
    live::LiveKind,
    notifications::{LiveNotice, MailNotice, Notices, Recipient, mail_kinds},
};
use jiff::Timestamp;
use model::{
    access::Role,
    ids::{InvitationId, MembershipId, PasskeyId, SessionId, UserId},
    scheduling::ChosenTime,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// Something that happened to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Event {
    /// Somebody signed up; the link of the sign-up makes the account.
    SignedUp {
        /// The row in `sign_ups`.
        sign_up: Uuid,
        /// The time that was chosen before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chosen: Option<ChosenTime>,
    },
    /// An earlier version of the server made an account whose address was not confirmed.
    UserSignedUp {
        /// The new account.
        user: UserId,
        /// The row in `links`.
        link: Uuid,
        /// The time that was chosen before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chosen: Option<ChosenTime>,
    },
    /// Somebody tried to sign up with an email address that has an account.
    SignUpRepeated {
        /// The account that exists.
        user: UserId,
        /// The time that was chosen before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chosen: Option<ChosenTime>,
    },
    /// Somebody requested a new password.
    PasswordResetRequested {
        /// The account.
        user: UserId,
        /// The row in `links`.
        link: Uuid,
        /// The time that was chosen before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chosen: Option<ChosenTime>,
    },
    /// An administrator invited somebody to work at a clinic, or sent the invitation again.
    StaffInvited {
        /// The invitation.
        invitation: InvitationId,
    },
    /// An administrator gave somebody another role at the same clinic.
    RoleChanged {
        /// The account.
        user: UserId,
        /// The new role.
        membership: MembershipId,
        /// The role that has ended.
        before: Role,
    },
    /// An administrator ended somebody's role.
    RoleEnded {
        /// The account.
        user: UserId,
        /// The role that has ended.
        membership: MembershipId,
    },
    /// The password was changed.
    PasswordChanged {
        /// The account.
        user: UserId,
    },
    /// Somebody signed in in a browser that is new for the account, which has others.
    NewBrowserUsed {
        /// The account.
        user: UserId,
        /// The session that has begun in it.
        session: SessionId,
    },
    /// Somebody who knew the password typed five wrong codes in a day.
    CodesWrong {
        /// The account.
        user: UserId,
    },
    /// A second factor was set up.
    SecondFactorSetUp {
        /// The account.
        user: UserId,
    },
    /// The second factor was given up.
    SecondFactorEnded {
        /// The account.
        user: UserId,
    },
    /// An admin asked for a second factor to be turned off after a delay.
    SecondFactorResetAsked {
        /// The account.
        user: UserId,
        /// The row in `second_factor_resets`.
        reset: Uuid,
    },
    /// A second factor was turned off, as an admin had asked.
    SecondFactorReset {
        /// The account.
        user: UserId,
    },
    /// A passkey was added.
    PasskeyAdded {
        /// The account.
        user: UserId,
        /// The passkey.
        passkey: PasskeyId,
    },
    /// A passkey was removed by its owner.
    PasskeyRemoved {
        /// The account.
        user: UserId,
        /// The passkey.
        passkey: PasskeyId,
    },
    /// A passkey was refused, because there may be a copy of it.
    PasskeyCopied {
        /// The account.
        user: UserId,
        /// The passkey.
        passkey: PasskeyId,
    },
    /// The owner verified a phone number.
    PhoneVerified {
        /// The account.
        user: UserId,
    },
    /// The owner removed the verified phone number.
    PhoneRemoved {
        /// The account.
        user: UserId,
    },
    /// The owner wants to use another email address, to which a code goes.
    EmailChangeAsked {
        /// The account.
        user: UserId,
        /// The row in `email_changes`.
        change: Uuid,
    },
    /// The owner has confirmed another email address.
    EmailChanged {
        /// The account.
        user: UserId,
        /// The row in `email_changes`.
        change: Uuid,
    },
    /// The owner has deleted the account, or somebody tried to sign up with its address before it was free.
    AccountDeleted {
        /// The account.
        user: UserId,
        /// The row in `account_deletions`.
        deletion: Uuid,
    },
    /// A deleted account was brought back.
    AccountBroughtBack {
        /// The account.
        user: UserId,
    },
    /// An identity at a foreign provider was linked.
    ForeignIdentityLinked {
        /// The account.
        user: UserId,
        /// The row in `foreign_identities`.
        identity: Uuid,
    },
    /// A personal token was made.
    TokenMade {
        /// The account.
        user: UserId,
        /// The token's session.
        session: SessionId,
    },
    /// An app was connected.
    AppConnected {
        /// The account.
        user: UserId,
        /// The session of the connection.
        session: SessionId,
    },
    /// A session was ended, by its owner or by an admin.
    SessionRevoked {
        /// The account.
        user: UserId,
        /// The session.
        session: SessionId,
    },
}

mail_kinds! {
    /// The kinds of mail about accounts.
    MailKind {
        /// The link that confirms an email address.
        ConfirmEmail = "confirm_email",
        /// Somebody tried to sign up with an address that has an account.
        SignUpRepeated = "sign_up_repeated",
        /// The link for setting a new password.
        ResetPassword = "reset_password",
        /// The link that accepts a role.
        Invitation = "invitation",
        /// A role was changed.
        RoleChanged = "role_changed",
        /// A role has ended.
        RoleEnded = "role_ended",
        /// The password was changed.
        PasswordChanged = "password_changed",
        /// Somebody signed in in a browser that is new for the account.
        NewBrowserUsed = "new_browser_used",
        /// Somebody who knew the password typed wrong codes.
        CodesWrong = "codes_wrong",
        /// A second factor was set up.
        SecondFactorSetUp = "second_factor_set_up",
        /// The second factor was given up.
        SecondFactorEnded = "second_factor_ended",
        /// The second factor will be turned off.
        SecondFactorResetAsked = "second_factor_reset_asked",
        /// The second factor was turned off, as an admin had asked.
        SecondFactorReset = "second_factor_reset",
        /// A passkey was added.
        PasskeyAdded = "passkey_added",
        /// A passkey was removed.
        PasskeyRemoved = "passkey_removed",
        /// A passkey was refused, because there may be a copy of it.
        PasskeyCopied = "passkey_copied",
        /// A phone number was verified.
        PhoneVerified = "phone_verified",
        /// The verified phone number was removed.
        PhoneRemoved = "phone_removed",
        /// The code that confirms another email address.
        EmailCode = "email_code",
        /// The account has another email address.
        EmailChanged = "email_changed",
        /// The account is deleted, and can be brought back.
        AccountDeleted = "account_deleted",
        /// A deleted account was brought back.
        AccountBroughtBack = "account_brought_back",
        /// An identity at a foreign provider was linked.
        ForeignIdentityLinked = "foreign_identity_linked",
        /// A personal token was made.
        TokenMade = "token_made",
        /// An app was connected.
        AppConnected = "app_connected",
    }
}

/// What the link of a mail needs beyond its token.
#[derive(Default, Serialize, Deserialize)]
struct LinkFacts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chosen: Option<ChosenTime>,
}

/// What the mail about a changed role needs beyond the new one.
#[derive(Serialize, Deserialize)]
struct RoleFacts {
    before: Role,
}

impl Notices for Event {
    async fn mails(&self, connection: &mut PgConnection, _: Timestamp) -> Result<Vec<MailNotice>> {
        Ok(match *self {
            Self::SignedUp { sign_up, chosen } => {
                let Some(to) = sign_ups::addressee(connection, sign_up).await? else { return Ok(Vec::new()) };
                let sign_ups::Addressee { email, time_zone, language } = to;
                let recipient = Recipient { to: email, name: String::new(), language, time_zone };
                let mail = MailNotice::to_address(recipient, MailKind::ConfirmEmail).about(sign_up).urgent(Urgency::Code);
                vec![mail.with_facts(&LinkFacts { chosen })?]
            }
            // Its mail was written by the version that emitted it.
            Self::UserSignedUp { .. } => Vec::new(),
            Self::SignUpRepeated { user, chosen } => {
                let mail = MailNotice::new(user, MailKind::SignUpRepeated).urgent(Urgency::Code);
                vec![mail.with_facts(&LinkFacts { chosen })?]
            }
            Self::PasswordResetRequested { user, link, chosen } => {
                let mail = MailNotice::new(user, MailKind::ResetPassword).about(link).urgent(Urgency::Code);
                vec![mail.with_facts(&LinkFacts { chosen })?]
            }
            Self::StaffInvited { invitation } => {
                let to = invitations::recipient(connection, invitation).await?;
                to.into_iter().map(|to| MailNotice::to_address(to, MailKind::Invitation).about(invitation.uuid())).collect()
            }
            Self::RoleChanged { user, membership, before } => {
                let mail = MailNotice::new(user, MailKind::RoleChanged).about(membership.uuid());
                vec![mail.with_facts(&RoleFacts { before })?]
            }
            Self::RoleEnded { user, membership } => {
                vec![MailNotice::new(user, MailKind::RoleEnded).about(membership.uuid())]
            }
            Self::PasswordChanged { user } => vec![MailNotice::new(user, MailKind::PasswordChanged)],
            Self::NewBrowserUsed { user, session } => {
                vec![MailNotice::new(user, MailKind::NewBrowserUsed).about(session.uuid())]
            }
            Self::CodesWrong { user } => vec![MailNotice::new(user, MailKind::CodesWrong)],
            Self::SecondFactorSetUp { user } => vec![MailNotice::new(user, MailKind::SecondFactorSetUp)],
            Self::SecondFactorEnded { user } => vec![MailNotice::new(user, MailKind::SecondFactorEnded)],
            Self::SecondFactorResetAsked { user, reset } => {
                vec![MailNotice::new(user, MailKind::SecondFactorResetAsked).about(reset)]
            }
            Self::SecondFactorReset { user } => vec![MailNotice::new(user, MailKind::SecondFactorReset)],
            Self::PasskeyAdded { user, passkey } => {
                vec![MailNotice::new(user, MailKind::PasskeyAdded).about(passkey.uuid())]
            }
            Self::PasskeyRemoved { user, passkey } => {
                vec![MailNotice::new(user, MailKind::PasskeyRemoved).about(passkey.uuid())]
            }
            Self::PasskeyCopied { user, passkey } => {
                vec![MailNotice::new(user, MailKind::PasskeyCopied).about(passkey.uuid())]
            }
            Self::PhoneVerified { user } => vec![MailNotice::new(user, MailKind::PhoneVerified)],
            Self::PhoneRemoved { user } => vec![MailNotice::new(user, MailKind::PhoneRemoved)],
            Self::EmailChangeAsked { change, .. } => {
                let to = email_change::new_address(connection, change).await?;
                let mail = |to| MailNotice::to_address(to, MailKind::EmailCode).about(change).urgent(Urgency::Code);
                to.into_iter().map(mail).collect()
            }
            // The address before, because the owner may not know of the new one.
            Self::EmailChanged { change, .. } => {
                let to = email_change::previous_address(connection, change).await?;
                to.into_iter().map(|to| MailNotice::to_address(to, MailKind::EmailChanged).about(change)).collect()
            }
            // The account is no longer found by its user, so the mail goes to the address.
            Self::AccountDeleted { user, deletion } => {
                let to = deletion::recipient(connection, user).await?;
                vec![MailNotice::to_address(to, MailKind::AccountDeleted).about(deletion)]
            }
            Self::AccountBroughtBack { user } => vec![MailNotice::new(user, MailKind::AccountBroughtBack)],
            Self::ForeignIdentityLinked { user, identity } => {
                vec![MailNotice::new(user, MailKind::ForeignIdentityLinked).about(identity)]
            }
            Self::TokenMade { user, session } => vec![MailNotice::new(user, MailKind::TokenMade).about(session.uuid())],
            Self::AppConnected { user, session } => vec![MailNotice::new(user, MailKind::AppConnected).about(session.uuid())],
            Self::SessionRevoked { .. } => Vec::new(),
        })
    }

    async fn live(&self, _: &mut PgConnection, _: Timestamp) -> Result<Vec<LiveNotice>> {
        Ok(match *self {
            Self::SessionRevoked { user, session } => {
                vec![LiveNotice::Live { user, kind: LiveKind::SessionRevoked, resource: session.uuid() }]
            }
            Self::SignedUp { .. }
            | Self::UserSignedUp { .. }
            | Self::SignUpRepeated { .. }
            | Self::PasswordResetRequested { .. }
            | Self::StaffInvited { .. }
            | Self::RoleChanged { .. }
            | Self::RoleEnded { .. }
            | Self::PasswordChanged { .. }
            | Self::NewBrowserUsed { .. }
            | Self::CodesWrong { .. }
            | Self::SecondFactorSetUp { .. }
            | Self::SecondFactorEnded { .. }
            | Self::SecondFactorResetAsked { .. }
            | Self::SecondFactorReset { .. }
            | Self::PasskeyAdded { .. }
            | Self::PasskeyRemoved { .. }
            | Self::PasskeyCopied { .. }
            | Self::PhoneVerified { .. }
            | Self::PhoneRemoved { .. }
            | Self::EmailChangeAsked { .. }
            | Self::EmailChanged { .. }
            | Self::AccountDeleted { .. }
            | Self::AccountBroughtBack { .. }
            | Self::ForeignIdentityLinked { .. }
            | Self::TokenMade { .. }
            | Self::AppConnected { .. } => Vec::new(),
        })
    }
}
