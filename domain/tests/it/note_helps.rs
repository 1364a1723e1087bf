//! Templates of notes and phrases: who keeps them, who is offered them, and how they get into a note.

use domain::records::{self, AddNoteTemplate, EditNoteTemplate, RemovePhrase, SaveNote, SavePhrase, TypedNoteTemplate};
use model::{
    errors::{Code, FieldFault},
    ids::NoteTemplateId,
    records::{NoteHelps, PhrasesOf, SoapNote},
};
use testing::{Consultation, Person};

fn typed(name: &str, specialty: &str, subjective: &str) -> TypedNoteTemplate {
    let note = SoapNote { subjective: subjective.to_owned(), ..SoapNote::default() };
    TypedNoteTemplate { name: name.to_owned(), specialty: specialty.to_owned(), note }
}

async fn add(scene: &Consultation, person: &Person, template: TypedNoteTemplate) -> Result<NoteTemplateId, Code> {
    let command = AddNoteTemplate { idempotency_key: Some(template.name.clone()), template };
    records::add_note_template(&scene.clinic.domain, &scene.by(person), command).await.map_err(|error| error.code())
}

async fn edit(
    scene: &Consultation,
    person: &Person,
    id: NoteTemplateId,
    (template, retired, version): (TypedNoteTemplate, bool, i32),
) -> Result<(), Code> {
    let command = EditNoteTemplate { id, template, retired, version };
    records::edit_note_template(&scene.clinic.domain, &scene.by(person), command).await.map_err(|error| error.code())
}

async fn phrase(scene: &Consultation, person: &Person, of: PhrasesOf, text: &str, version: i32) -> Result<(), Code> {
    let command = SavePhrase { of, abbreviation: ".Cough".to_owned(), text: text.to_owned(), version };
    records::save_phrase(&scene.clinic.domain, &scene.by(person), command).await.map_err(|error| error.code())
}

async fn helps(scene: &Consultation, person: &Person) -> NoteHelps {
    records::consult(&scene.clinic.domain, &scene.by(person), scene.encounter).await.unwrap().helps
}

async fn offered(scene: &Consultation) -> Vec<String> {
    helps(scene, &scene.doctor).await.templates.into_iter().map(|template| template.name).collect()
}

#[tokio::test]
async fn a_template_is_offered_to_the_doctors_of_its_clinic_and_specialty() {
    let scene = testing::consultation().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let organiser = clinic.staff("Ida Admin", "admin", None).await;
    let local = clinic.staff("Lars Local", "admin", Some(scene.practice)).await;
    let elsewhere = clinic.staff("Elsa Elsewhere", "admin", Some(clinic.practice().await)).await;
    // The slug ends in the last part of the id of the specialty.
    let specialty = scene.practice.specialty.to_string();
    let specialty = format!("general-practice-{}", specialty.rsplit('-').next().unwrap());
    assert_eq!(offered(&scene).await, ["Follow-up", "New complaint"], "those that came with Bedside for all specialties");

    let own = add(&scene, &local, typed("A house visit", &specialty, "Who opened the door:")).await.unwrap();
    assert_eq!(add(&scene, &local, typed("A house visit", &specialty, "Who opened the door:")).await, Ok(own));
    add(&scene, &elsewhere, typed("At another clinic", "", "Anything:")).await.unwrap();
    add(&scene, &organiser, typed("Zoster", "", "Since when:")).await.unwrap();
    assert_eq!(offered(&scene).await, ["A house visit", "Follow-up", "New complaint", "Zoster"]);

    let changed = typed("House visit", "", "Who opened the door:");
    assert_eq!(edit(&scene, &local, own, (changed.clone(), true, 1)).await, Ok(()));
    assert_eq!(edit(&scene, &organiser, own, (changed.clone(), false, 1)).await, Err(Code::Stale));
    assert_eq!(offered(&scene).await, ["Follow-up", "New complaint", "Zoster"]);
    let managed = records::note_template(domain, &scene.by(&organiser), own).await.unwrap();
    let versions: Vec<_> =
        managed.history.iter().map(|row| (row.version, row.name.as_str(), row.retired, row.by.as_deref())).collect();
    assert_eq!(versions, [(2, "House visit", true, Some("Lars Local")), (1, "A house visit", false, Some("Lars Local"))]);

    for stranger in [&elsewhere, &scene.doctor, &scene.patient] {
        assert_eq!(edit(&scene, stranger, own, (changed.clone(), false, 2)).await, Err(Code::NotFound));
    }
    assert_eq!(add(&scene, &scene.doctor, typed("Mine", "", "Mine")).await, Err(Code::Forbidden));
    let listed = records::note_templates(domain, &scene.by(&local)).await.unwrap();
    assert!(listed.iter().all(|row| row.name != "At another clinic"));
    assert!(
        listed.iter().all(|row| row.may_edit == row.clinic.is_some()),
        "a clinic's administrator reads those of the organisation"
    );
    let wrong = AddNoteTemplate { template: typed(" ", "no-such", ""), idempotency_key: None };
    let refused = records::add_note_template(domain, &scene.by(&local), wrong).await.unwrap_err();
    let faults: Vec<_> = refused.field_errors().iter().map(|fault| (fault.field.as_str(), fault.fault)).collect();
    let missing = FieldFault::Missing;
    assert_eq!(faults, [("name", missing), ("specialty", FieldFault::UnknownChoice), ("subjective", missing)]);
    let saved = clinic.audited().await.iter().filter(|action| *action == "records.note_template_saved").count();
    assert_eq!(saved, 4);
}

#[tokio::test]
async fn the_text_of_a_template_goes_into_the_note_below_what_was_typed() {
    let scene = testing::consultation().await;
    let domain = &scene.clinic.domain;
    let local = scene.clinic.staff("Lars Local", "admin", Some(scene.practice)).await;
    let own = add(&scene, &local, typed("House visit", "", "Who opened the door:")).await.unwrap();
    let note = SoapNote { subjective: "She is in bed.".to_owned(), ..SoapNote::default() };
    let command = SaveNote { encounter: scene.encounter, version_seen: 0, note };
    let save = async |person: &Person, template: NoteTemplateId| {
        records::save_note_with_template(domain, &scene.by(person), command.clone(), template).await
    };
    assert_eq!(save(&scene.patient, own).await.unwrap_err().code(), Code::Forbidden);
    assert_eq!(save(&scene.doctor, own).await.unwrap(), 1);
    assert_eq!(save(&scene.doctor, own).await.unwrap(), 1, "sent twice, it is one version");
    let consult = records::consult(domain, &scene.by(&scene.doctor), scene.encounter).await.unwrap();
    assert_eq!(consult.note.note.subjective, "She is in bed.\n\nWho opened the door:");
    edit(&scene, &local, own, (typed("House visit", "", "Who opened the door:"), true, 1)).await.unwrap();
    let refused = save(&scene.doctor, own).await.unwrap_err();
    assert_eq!(refused.field_errors()[0].fault, FieldFault::UnknownChoice, "it is not offered any more");
}

#[tokio::test]
async fn phrases_are_written_out_when_a_note_is_saved_and_the_doctors_own_ones_come_first() {
    let scene = testing::consultation().await;
    let domain = &scene.clinic.domain;
    let local = scene.clinic.staff("Lars Local", "admin", Some(scene.practice)).await;
    assert_eq!(phrase(&scene, &local, PhrasesOf::Clinic, "Cough of the clinic.", 0).await, Ok(()));
    let save = async |version_seen, plan: &str| {
        let note = SoapNote { plan: plan.to_owned(), ..SoapNote::default() };
        let command = SaveNote { encounter: scene.encounter, version_seen, note };
        records::save_note(domain, &scene.by(&scene.doctor), command).await.unwrap();
        let consult = records::consult(domain, &scene.by(&scene.doctor), scene.encounter).await.unwrap();
        consult.note.note.plan
    };
    assert_eq!(save(0, "Since Monday .cough and .fever").await, "Since Monday Cough of the clinic. and .fever");
    assert_eq!(phrase(&scene, &scene.doctor, PhrasesOf::Own, "Dry cough.", 0).await, Ok(()));
    assert_eq!(phrase(&scene, &scene.doctor, PhrasesOf::Own, "Dry cough.", 0).await, Ok(()), "sent twice, it is one version");
    assert_eq!(phrase(&scene, &scene.doctor, PhrasesOf::Own, "Wet cough.", 0).await, Err(Code::Stale));
    assert_eq!(save(1, ".cough").await, "Dry cough.");
    let book = records::phrases(domain, &scene.by(&scene.doctor), PhrasesOf::Own).await.unwrap();
    assert_eq!((book.phrases[0].version, book.shared[0].text.as_str()), (1, "Cough of the clinic."));

    let remove = async |version| {
        let command = RemovePhrase { of: PhrasesOf::Own, abbreviation: "cough".to_owned(), version };
        records::remove_phrase(domain, &scene.by(&scene.doctor), command).await.map_err(|error| error.code())
    };
    assert_eq!(remove(7).await, Err(Code::Stale));
    assert_eq!(remove(1).await, Ok(()));
    assert_eq!(remove(1).await, Ok(()), "it has been removed already");
    assert_eq!(save(2, ".cough").await, "Cough of the clinic.");
    assert_eq!(phrase(&scene, &scene.doctor, PhrasesOf::Own, "Wet cough.", 0).await, Ok(()));
    assert_eq!(save(3, ".cough").await, "Wet cough.");

    assert!(helps(&scene, &scene.doctor).await.phrases.iter().any(|known| known.text == "Wet cough."));
    assert_eq!(phrase(&scene, &scene.doctor, PhrasesOf::Clinic, "Ours.", 1).await, Err(Code::Forbidden));
    for other in [&local, &scene.patient] {
        assert_eq!(phrase(&scene, other, PhrasesOf::Own, "Mine.", 0).await, Err(Code::Forbidden));
    }
    let audited = scene.clinic.audited().await;
    let audited = |action: &str| audited.iter().filter(|found| *found == action).count();
    assert_eq!((audited("records.phrase_saved"), audited("records.phrase_removed")), (3, 1));
}

#[tokio::test]
async fn an_owner_has_so_many_phrases_at_most() {
    let scene = testing::consultation().await;
    sqlx::query(
        "insert into note_phrases (owner_id, abbreviation, version, user_id, body, removed, changed_by, changed_at)
         select $1, 'a' || n, 1, $1, 'Text', false, $1, now() from generate_series(1, 500) n",
    )
    .bind(scene.doctor.user.uuid())
    .execute(&scene.clinic.owner)
    .await
    .unwrap();
    assert_eq!(phrase(&scene, &scene.doctor, PhrasesOf::Own, "Dry cough.", 0).await, Err(Code::FieldsInvalid));
    let remove = RemovePhrase { of: PhrasesOf::Own, abbreviation: "a1".to_owned(), version: 1 };
    records::remove_phrase(&scene.clinic.domain, &scene.by(&scene.doctor), remove).await.unwrap();
    assert_eq!(phrase(&scene, &scene.doctor, PhrasesOf::Own, "Dry cough.", 0).await, Ok(()));
}
