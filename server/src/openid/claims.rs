//! What a provider says about a person, and what that means here.

use super::file::Settings;
use domain::identity::{ForeignPerson, MappedRole};
use model::identity::EmailAddress;
use serde_json::{Map, Value};

/// The claims of a checked ID token, and of the answer about the same person that was asked with the token that came with it.
pub(super) type Claims = Map<String, Value>;

/// Who it is. The ID token was checked and has a subject.
pub(super) fn person(settings: &Settings, subject: String, claims: &Claims) -> ForeignPerson {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let email =
        text("email").filter(|_| is_true(claims.get("email_verified"))).and_then(|email| EmailAddress::parse(&email).ok());
    let may_make_account = settings.make_accounts && email.as_ref().is_some_and(|email| is_of(email, &settings.email_domains));
    ForeignPerson {
        provider: settings.key.clone(),
        issuer: settings.issuer.clone(),
        subject,
        email,
        sid: text("sid"),
        name: text("name").or_else(|| text("preferred_username")).unwrap_or_default(),
        zone: text("zoneinfo"),
        roles: settings.roles_claim.as_deref().map(|claim| roles(settings, claims.get(claim))),
        roles_for_days: settings.roles_for_days,
        may_make_account,
        may_make_patient: settings.make_patients,
        with_two_factors: has_two_factors(settings, claims),
    }
}

/// Some providers send the text `"true"`.
fn is_true(value: Option<&Value>) -> bool {
    value.is_some_and(|value| value.as_bool() == Some(true) || value.as_str() == Some("true"))
}

fn is_of(email: &EmailAddress, domains: &[String]) -> bool {
    let domain = email.as_str().rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    domains.contains(&domain)
}

/// A claim has one value, or a list of them.
fn values(claim: Option<&Value>) -> Vec<&str> {
    match claim {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn roles(settings: &Settings, claim: Option<&Value>) -> Vec<MappedRole> {
    let has = values(claim);
    let mut roles: Vec<MappedRole> = Vec::new();
    for mapped in settings.roles.iter().filter(|mapped| has.contains(&mapped.value.as_str())) {
        let role = (mapped.role, mapped.clinic);
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    roles
}

fn has_two_factors(settings: &Settings, claims: &Claims) -> bool {
    let mut told = values(claims.get("acr")).into_iter().chain(values(claims.get("amr")));
    told.any(|value| settings.two_factors.iter().any(|counts| counts == value))
}

#[cfg(test)]
mod tests {
    use super::{super::file::RoleOfValue, *};
    use model::access::Role;
    use serde_json::json;

    fn settings() -> Settings {
        Settings {
            key: "clinic".to_owned(),
            name: "Riverside".to_owned(),
            issuer: "https://login.example".to_owned(),
            client_id: "bedside".to_owned(),
            client_secret: None,
            authority: None,
            scopes: Vec::new(),
            two_factors: vec!["mfa".to_owned()],
            roles_claim: Some("groups".to_owned()),
            roles: vec![RoleOfValue { value: "nurses".to_owned(), role: Role::Nurse, clinic: None }],
            roles_for_days: 7,
            make_accounts: true,
            make_patients: false,
            email_domains: vec!["clinic.example".to_owned()],
        }
    }

    fn of(claims: Value) -> ForeignPerson {
        person(&settings(), "7".to_owned(), claims.as_object().unwrap())
    }

    #[test]
    fn only_a_confirmed_address_of_the_domain_makes_an_account() {
        let known =
            of(json!({ "email": "ada@Clinic.example", "email_verified": true, "groups": ["nurses", "others"], "amr": ["pwd"] }));
        assert!(known.email.is_some() && known.may_make_account && !known.with_two_factors);
        assert_eq!(known.roles, Some(vec![(Role::Nurse, None)]));
        let elsewhere = of(json!({ "email": "ada@clinic.example.evil.example", "email_verified": true, "acr": "mfa" }));
        assert!(elsewhere.email.is_some() && !elsewhere.may_make_account && elsewhere.with_two_factors);
        assert_eq!(elsewhere.roles, Some(Vec::new()));
        for unconfirmed in
            [json!({ "email": "ada@clinic.example" }), json!({ "email": "ada@clinic.example", "email_verified": "no" })]
        {
            assert!(of(unconfirmed).email.is_none());
        }
    }
}
