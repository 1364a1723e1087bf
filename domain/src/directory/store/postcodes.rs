//! Postcodes, and the positions of clinics, in the database.

use crate::{Error, Result, db::Tx, directory::postcodes::ClinicPlace};
use model::place::{Position, Postcode};
use sqlx::PgConnection;

/// A postcode of a file.
pub(in crate::directory) struct Row {
    pub(in crate::directory) country: String,
    /// As it is compared.
    pub(in crate::directory) postcode: String,
    pub(in crate::directory) position: Position,
}

fn position(latitude_e5: i32, longitude_e5: i32) -> Result<Position> {
    Position::new(latitude_e5, longitude_e5).ok_or_else(|| Error::internal("a place in the database is nowhere on the earth"))
}

/// The clinics whose position is known.
pub(in crate::directory) async fn clinics(connection: &mut PgConnection) -> Result<Vec<ClinicPlace>> {
    let rows = sqlx::query!(
        "select id, country, postcode, latitude_e5 as \"latitude_e5!\", longitude_e5 as \"longitude_e5!\" from clinics
         where latitude_e5 is not null and longitude_e5 is not null order by id"
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ClinicPlace {
                clinic: row.id.into(),
                country: row.country,
                postcode: row.postcode.and_then(|postcode| Postcode::parse(&postcode).ok()),
                position: position(row.latitude_e5, row.longitude_e5)?,
            })
        })
        .collect()
}

/// Where a postcode is, by country.
pub(in crate::directory) async fn positions(
    connection: &mut PgConnection,
    postcode: &Postcode,
) -> Result<Vec<(String, Position)>> {
    let rows = sqlx::query!("select country, latitude_e5, longitude_e5 from postcodes where postcode = $1", postcode.as_str())
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(|row| Ok((row.country, position(row.latitude_e5, row.longitude_e5)?))).collect()
}

/// Keeps postcodes, each of which is there once. Those that are known get the new position.
pub(in crate::directory) async fn keep(tx: &mut Tx, rows: &[Row]) -> Result<()> {
    let countries: Vec<String> = rows.iter().map(|row| row.country.clone()).collect();
    let postcodes: Vec<String> = rows.iter().map(|row| row.postcode.clone()).collect();
    let latitudes: Vec<i32> = rows.iter().map(|row| row.position.latitude_e5()).collect();
    let longitudes: Vec<i32> = rows.iter().map(|row| row.position.longitude_e5()).collect();
    sqlx::query!(
        "insert into postcodes (country, postcode, latitude_e5, longitude_e5)
         select t.country, t.postcode, t.latitude_e5, t.longitude_e5
         from unnest($1::text[], $2::text[], $3::integer[], $4::integer[]) as t(country, postcode, latitude_e5, longitude_e5)
         on conflict (postcode, country) do update set latitude_e5 = excluded.latitude_e5, longitude_e5 = excluded.longitude_e5",
        &countries,
        &postcodes,
        &latitudes,
        &longitudes
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
