//! Setting up the second factor in one's own account, and giving it up.

use super::{
    SetUpView, browsers,
    check::{by_set_up, check_present},
    codes::{TypedCode, in_groups},
    passkeys::{self, PasskeyView},
    reset,
    store::{self, Offer},
    totp::base32,
    wrong_codes::end_refused,
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    attempts::Whence,
    audit::{Audit, AuditAction},
    db::Tx,
    identity::{
        earlier_sessions::end_with_one_factor,
        notices::Event,
        proof::{Proof, prove},
    },
};
use jiff::Timestamp;
use model::{errors::Code, ids::UserId};
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;

/// The second factor of an account, for its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorView {
    /// The email address of the account.
    pub email: String,
    /// Whether there is one.
    pub is_on: bool,
    /// Whether a role of the user needs one.
    pub is_required: bool,
    /// How many recovery codes have not been used.
    pub recovery_codes_left: i64,
    /// How many browsers are not asked for it.
    pub remembered_browsers: i64,
    /// When it will be turned off, if an admin has asked for that.
    pub reset_at: Option<Timestamp>,
    /// What waits to be confirmed with a code.
    pub set_up: Option<SetUpView>,
    /// The passkeys, oldest first.
    pub passkeys: Vec<PasskeyView>,
}

/// The second factor of the caller's account.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn second_factor(domain: &Domain, access: &Access) -> Result<FactorView> {
    let acting = access.acting()?.clone();
    let mut tx = domain.begin_reading("identity.second_factor", access).await?;
    let user = tx.permit(Read, acting.user).await?.id();
    let now = tx.now();
    let offer = store::offered(&mut tx, user, acting.session.uuid()).await?;
    let set_up = match &offer {
        Some(offer) => Some(view(&mut tx, user, offer).await?),
        None => None,
    };
    let view = FactorView {
        email: store::email(tx.connection(), user).await?,
        is_on: store::has_factor(tx.connection(), user).await?,
        is_required: store::is_required(tx.connection(), domain.settings(), user).await?,
        recovery_codes_left: store::codes_left(tx.connection(), user).await?,
        remembered_browsers: browsers::count(tx.connection(), user, now).await?,
        reset_at: reset::takes_effect_at(tx.connection(), user).await?,
        set_up,
        passkeys: passkeys::views(tx.connection(), user).await?,
    };
    tx.close().await?;
    Ok(view)
}

/// Makes a new secret and new recovery codes, which [`second_factor`] shows in this session until they are confirmed. Until then an earlier second factor stays.
/// A user who has one also needs a code of it, or a recovery code: the password and an open session must not be enough to replace it.
///
/// # Errors
/// `access.sign_in_needed`; `identity.password_wrong`; `request.fields_invalid` with the field `code`, `identity.code_wrong` for a user who has a second factor;
/// `request.rate_limited`.
pub async fn begin_set_up(domain: &Domain, access: &Access, proof: Proof, code: &str) -> Result<()> {
    let acting = access.acting()?.clone();
    let proven = prove(domain, access, &proof).await?;
    let mut tx = domain.begin("identity.begin_set_up", access).await?;
    let user = tx.permit(Write, acting.user).await?.id();
    if let Err(refused) = check_present(&mut tx, user, code).await {
        return Err(end_refused(tx, user, refused).await?);
    }
    proven.redeem(&mut tx).await?;
    store::offer(&mut tx, user, acting.session.uuid()).await?;
    tx.commit(Audit::of(AuditAction::IdentitySecondFactorOffered).on(ResourceKind::Account, user)).await
}

/// Confirms what [`begin_set_up`] has made with a code of the app. It replaces an earlier second factor, and ends the other sessions that have one factor.
///
/// # Errors
/// `access.sign_in_needed`; `request.fields_invalid` with the field `code`; `identity.set_up_expired` when nothing waits to be confirmed;
/// `identity.code_wrong`; `request.rate_limited` after too many wrong codes.
pub async fn confirm_set_up(domain: &Domain, access: &Access, code: &str) -> Result<()> {
    let acting = access.acting()?.clone();
    let code = TypedCode::parse(code).map_err(|fault| Error::field("code", fault))?;
    let (now, account, anywhere) = (domain.now(), format!("second factor of {}", acting.user), Whence::Line(None));
    domain.attempts().check(domain.settings(), now, &account, anywhere)?;
    let mut tx = domain.begin("identity.confirm_set_up", access).await?;
    let user = tx.permit(Write, acting.user).await?.id();
    let used = by_set_up(&mut tx, user, acting.session.uuid(), &code).await?;
    domain.attempts().settle(domain.settings(), now, &account, anywhere, used.is_some())?;
    if used.is_none() {
        tx.close().await?;
        return Err(Code::CodeWrong.into());
    }
    store::raise_assurance(&mut tx, acting.session).await?;
    let ended = end_with_one_factor(&mut tx, user).await?;
    tx.emit(Event::SecondFactorSetUp { user }).await?;
    tx.commit(Audit::of(AuditAction::IdentitySecondFactorSetUp).on(ResourceKind::Account, user).with("sessions", ended)).await
}

/// Gives the second factor up, with the password and a code of it, or a recovery code.
///
/// # Errors
/// `access.sign_in_needed`; `identity.password_wrong`; `request.fields_invalid` with the field `code`; `identity.code_wrong`; `request.rate_limited`;
/// `identity.second_factor_required` when a role of the user needs one; `not_found` when there is none.
pub async fn end_second_factor(domain: &Domain, access: &Access, proof: Proof, code: &str) -> Result<()> {
    let user = access.acting()?.user;
    let proven = prove(domain, access, &proof).await?;
    let mut tx = domain.begin("identity.end_second_factor", access).await?;
    let user = tx.permit(Write, user).await?.id();
    if store::is_required(tx.connection(), domain.settings(), user).await? {
        return Err(Code::SecondFactorRequired.into());
    }
    if let Err(refused) = check_present(&mut tx, user, code).await {
        return Err(end_refused(tx, user, refused).await?);
    }
    proven.redeem(&mut tx).await?;
    if !store::end(&mut tx, user).await? {
        return Err(Code::NotFound.into());
    }
    tx.emit(Event::SecondFactorEnded { user }).await?;
    tx.commit(Audit::of(AuditAction::IdentitySecondFactorEnded).on(ResourceKind::Account, user)).await
}

/// What was offered, as its user sees it.
pub(super) async fn view(tx: &mut Tx, user: UserId, offer: &Offer) -> Result<SetUpView> {
    let secret = base32(offer.secret());
    let email = store::email(tx.connection(), user).await?;
    // https://github.com/google/google-authenticator/wiki/Key-Uri-Format
    let uri = format!("otpauth://totp/Bedside:{}?secret={secret}&issuer=Bedside", percent_encoded(&email));
    let (qr_path, qr_side) = squares(&uri).map_err(Error::internal)?;
    let recovery_codes = offer.recovery_codes().iter().map(|code| in_groups(code)).collect();
    Ok(SetUpView { secret: in_groups(&secret).replace('-', " "), uri, qr_path, qr_side, recovery_codes })
}

/// RFC 3986, section 2.3.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The dark squares of a QR code as the path of an SVG, and the number of squares on a side, with the quiet zone of four squares that ISO/IEC 18004 wants.
fn squares(text: &str) -> std::result::Result<(String, u32), qrcode::types::QrError> {
    const QUIET_ZONE: usize = 4;
    let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
    let (modules, colours) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in colours.chunks(modules).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET_ZONE, y + QUIET_ZONE, run.len(), run.len());
            }
            x += run.len();
        }
    }
    Ok((path, u32::try_from(modules + 2 * QUIET_ZONE).unwrap_or(u32::MAX)))
}
