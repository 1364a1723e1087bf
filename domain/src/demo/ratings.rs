//! What patients say about their visits. Every fourth doctor has well over five ratings, some of them are answered, and one is hidden with a reason.

use super::{Filling, doctors::Doctor, visits::Visit};
use crate::Result;
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use model::ids::{RatingId, UserId};
use std::collections::HashSet;
use uuid::Uuid;

/// Stars, and words that go with them.
const SAID: [(i16, &str); 16] = [
    (5, "Listened, explained everything, and did not hurry."),
    (5, "Die Ärztin hat sich Zeit genommen und alles verständlich erklärt."),
    (5, ""),
    (5, "Muy amable. La videollamada empezó a la hora."),
    (5, "とても丁寧に説明していただきました。"),
    (5, "Clear advice, and the prescription was there before I had closed the page."),
    (4, "Good advice. I waited ten minutes."),
    (4, ""),
    (4, "شرح لي الطبيب كل شيء بهدوء."),
    (4, "Kind and thorough; the sound dropped once."),
    (4, "Πολύ εξυπηρετική, ευχαριστώ."),
    (3, "The answer was right, but I would have liked more time for my questions."),
    (3, ""),
    (2, "I had to tell the whole story again."),
    (5, "Second visit, and again I left with a plan that I understand."),
    (1, "The call broke off twice and nobody called me back."),
];

const ANSWERS: [&str; 3] = [
    "Thank you for your kind words.",
    "Thank you for telling me. I am sorry that you waited; I have added a break after each third visit.",
    "I am sorry about that. Please write to the reception desk, and we will find a time without a fee.",
];

const ABUSE: &str = "Do not go there. I know where this doctor lives.";
const HIDDEN_BECAUSE: &str = "It threatens the doctor.";

#[derive(Default)]
struct Rows {
    ids: Vec<Uuid>,
    encounters: Vec<Uuid>,
    stars: Vec<i16>,
    words: Vec<String>,
    rated: Vec<jiff_sqlx::Timestamp>,
    answers: Vec<String>,
}

/// Writes the ratings. `admin` hides the one that is abuse, which is the first.
pub(super) async fn fill(filling: &mut Filling<'_>, doctors: &[Doctor], visits: &[Visit<'_>], admin: UserId) -> Result<()> {
    let rated: HashSet<Uuid> = doctors.iter().step_by(4).map(|doctor| doctor.id.uuid()).collect();
    let mut rows = Rows::default();
    for visit in visits.iter().filter(|visit| rated.contains(&visit.doctor.id.uuid())) {
        // The visits of the patient on the printed letter are left for visitors of the demonstration.
        if visit.patient.printed || filling.seeded.below(2) == 0 {
            continue;
        }
        rows.push(filling, visit);
    }
    rows.insert(filling, admin).await
}

impl Rows {
    fn push(&mut self, filling: &Filling<'_>, visit: &Visit<'_>) {
        let seeded = filling.seeded;
        let hours = 1 + i64::try_from(seeded.below(40)).unwrap_or(0);
        let at = (visit.ended + SignedDuration::from_hours(hours)).min(filling.now);
        let (stars, words) = if self.ids.is_empty() { (1, ABUSE) } else { *seeded.pick(&SAID) };
        let answer = match (stars, words) {
            (_, "" | ABUSE) => "",
            (5, _) if seeded.below(4) == 0 => ANSWERS[0],
            (4 | 3, _) if seeded.below(3) == 0 => ANSWERS[1],
            (2 | 1, _) => ANSWERS[2],
            (_, _) => "",
        };
        self.ids.push(filling.id::<RatingId>(at).uuid());
        self.encounters.push(visit.encounter.uuid());
        self.stars.push(stars);
        self.words.push(words.to_owned());
        self.rated.push(at.to_sqlx());
        self.answers.push(answer.to_owned());
    }

    async fn insert(&self, filling: &mut Filling<'_>, admin: UserId) -> Result<()> {
        let hidden = self.ids.first().copied();
        let now = filling.now;
        sqlx::query!(
            "insert into ratings (id, encounter_id, doctor_id, patient_id, clinic_id, stars, words, rated_at, answer, answered_at,
               hidden_at, hidden_by, hidden_reason)
             select t.id, e.id, e.doctor_id, e.patient_id, e.clinic_id, t.stars, t.words, t.rated, nullif(t.answer, ''),
               case when t.answer <> '' then least(t.rated + interval '20 hours', $7::timestamptz) end,
               case when t.id = $8 then least(t.rated + interval '30 hours', $7::timestamptz) end,
               case when t.id = $8 then $9::uuid end, case when t.id = $8 then $10::text end
             from unnest($1::uuid[], $2::uuid[], $3::int2[], $4::text[], $5::timestamptz[], $6::text[])
                 as t(id, encounter, stars, words, rated, answer)
               join encounters e on e.id = t.encounter",
            &self.ids,
            &self.encounters,
            &self.stars,
            &self.words,
            &self.rated as &[jiff_sqlx::Timestamp],
            &self.answers,
            now.to_sqlx(),
            hidden,
            admin.uuid(),
            HIDDEN_BECAUSE
        )
        .execute(filling.tx.connection())
        .await?;
        Ok(())
    }
}
