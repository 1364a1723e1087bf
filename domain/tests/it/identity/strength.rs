//! A password that is easy to guess is refused wherever one is chosen.

use super::{EMAIL, sign_up, tokens};
use domain::{
    directory::{self, SignUp},
    identity::{self, ChangePassword, MailKind, Proof, ResetPassword},
};
use model::errors::{FieldError, FieldFault};
use testing::PASSWORD;

#[tokio::test]
async fn a_guessable_password_is_refused_at_sign_up_reset_and_change() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    let weak = [FieldError::new("password", FieldFault::TooGuessable)];
    // The second one is made of what everybody knows about its owner.
    for password in ["Password2024!", "AmaraOsei1990"] {
        let refused = directory::sign_up(domain, &stranger, SignUp { password: password.to_owned(), ..sign_up(EMAIL) }).await;
        assert_eq!(refused.unwrap_err().field_errors(), weak, "{password}");
    }
    directory::sign_up(domain, &stranger, sign_up(EMAIL)).await.unwrap();
    let owner = clinic.signed_in(EMAIL).await;

    identity::request_reset(domain, &stranger, EMAIL, None).await.unwrap();
    let token = tokens(&clinic, MailKind::ResetPassword).await.remove(0);
    for password in ["Password2024!", "AmaraOsei1990"] {
        let reset = ResetPassword { token: token.clone(), password: password.to_owned() };
        let refused = identity::reset_password(domain, &stranger, reset).await;
        assert_eq!(refused.unwrap_err().field_errors(), weak, "{password}");
        let change = ChangePassword { proof: Proof::Password(PASSWORD.to_owned()), password: password.to_owned() };
        let refused = identity::change_password(domain, &owner.access(&clinic), change).await;
        assert_eq!(refused.unwrap_err().field_errors(), weak, "{password}");
    }
    // The link is still good.
    let reset = ResetPassword { token, password: "another walk by the sea".to_owned() };
    identity::reset_password(domain, &stranger, reset).await.unwrap();
}
