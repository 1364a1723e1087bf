//! The sentences for the kinds of mails and text messages, which the areas of the domain declare with `mail_kinds!`.

use words::{Locale, say};

/// What a mail or a text message of this kind is about. A kind without a sentence, which a newer server may have written, is only called a message.
pub(super) fn kind_words(l: Locale, kind: &str) -> &'static str {
    match kind {
        "confirm_email" => say!(l, admin.delivery_kinds.confirm_email),
        "sign_up_repeated" => say!(l, admin.delivery_kinds.sign_up_repeated),
        "reset_password" => say!(l, admin.delivery_kinds.reset_password),
        "invitation" => say!(l, admin.delivery_kinds.invitation),
        "role_changed" => say!(l, admin.delivery_kinds.role_changed),
        "role_ended" => say!(l, admin.delivery_kinds.role_ended),
        "password_changed" => say!(l, admin.delivery_kinds.password_changed),
        "new_browser_used" => say!(l, admin.delivery_kinds.new_browser_used),
        "codes_wrong" => say!(l, admin.delivery_kinds.codes_wrong),
        "second_factor_set_up" => say!(l, admin.delivery_kinds.second_factor_set_up),
        "second_factor_ended" => say!(l, admin.delivery_kinds.second_factor_ended),
        "second_factor_reset_asked" => say!(l, admin.delivery_kinds.second_factor_reset_asked),
        "second_factor_reset" => say!(l, admin.delivery_kinds.second_factor_reset),
        "passkey_added" => say!(l, admin.delivery_kinds.passkey_added),
        "passkey_removed" => say!(l, admin.delivery_kinds.passkey_removed),
        "passkey_copied" => say!(l, admin.delivery_kinds.passkey_copied),
        "phone_verified" => say!(l, admin.delivery_kinds.phone_verified),
        "phone_removed" => say!(l, admin.delivery_kinds.phone_removed),
        "account_deleted" => say!(l, admin.delivery_kinds.account_deleted),
        "account_brought_back" => say!(l, admin.delivery_kinds.account_brought_back),
        "foreign_identity_linked" => say!(l, admin.delivery_kinds.foreign_identity_linked),
        "token_made" => say!(l, admin.delivery_kinds.token_made),
        "app_connected" => say!(l, admin.delivery_kinds.app_connected),
        "doctor_decided" => say!(l, admin.delivery_kinds.doctor_decided),
        "user_suspended" => say!(l, admin.delivery_kinds.user_suspended),
        "user_restored" => say!(l, admin.delivery_kinds.user_restored),
        "glass_broken" => say!(l, admin.delivery_kinds.glass_broken),
        "acting_ended" => say!(l, admin.delivery_kinds.acting_ended),
        "acting_begun" => say!(l, admin.delivery_kinds.acting_begun),
        "coming_of_age" => say!(l, admin.delivery_kinds.coming_of_age),
        "handover" => say!(l, admin.delivery_kinds.handover),
        "handed_over" => say!(l, admin.delivery_kinds.handed_over),
        "licence_decided" => say!(l, admin.delivery_kinds.licence_decided),
        "licence_near_end" => say!(l, admin.delivery_kinds.licence_near_end),
        "appointment_booked" => say!(l, admin.delivery_kinds.appointment_booked),
        "appointment_cancelled" => say!(l, admin.delivery_kinds.appointment_cancelled),
        "appointment_closed" => say!(l, admin.delivery_kinds.appointment_closed),
        "conversation_message" => say!(l, admin.delivery_kinds.conversation_message),
        "phone_code" => say!(l, admin.delivery_kinds.phone_code),
        _ => say!(l, admin.delivery_kinds.other),
    }
}
