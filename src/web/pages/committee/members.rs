//! One member's seat, with what comes next.
use super::super::admin::{Listing, shown};
use super::acts::{member, open_for};
use crate::domain::ids::SeatId;
use crate::domain::seoul;
use crate::store::seats;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, Link, Summary, Table};
use crate::web::state::State;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

/// The seat's dates, its trainings, and what can be done.
///
/// # Errors
/// 404 for whoever does not keep the committee's affairs.
pub async fn show(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let member = member(&state, &who, SeatId(*id)).await?;
    let (seat, today) = (&member.seat, seoul::day(state.now()));
    let back = Link::new(format!("/committees/{}", seat.body.0), "위원회로");
    let mut listing = Listing::new(&state, &who, &member.person.name, back);
    let mut facts = Summary::default()
        .row("맡는 일", seat.post.label())
        .row("표결", if seat.votes { "합니다(재적에 셉니다)" } else { "하지 않습니다" })
        .row("구분", seat.category.label())
        .row("뽑은 방법", seat.selection.label())
        .row("임기", super::term(seat))
        .row("위촉", shown(seat.appointed_on))
        .row("승낙서", shown(seat.accepted_on))
        .row("비밀유지 서약서", shown(seat.pledged_on))
        .row("상태", seat.state(today).label());
    if let Some((on, why)) = seat.ended {
        facts = facts.row("끝남", format!("{} ({})", shown(Some(on)), why.label()));
    }
    listing.facts = Some(facts);
    let act = |act: crate::domain::committee::form::SeatAct| {
        Link::new(format!("/seats/{}/do/{}", seat.id.0, act.code()), act.label())
    };
    let papers = super::sheets::links_of_seat(seat);
    listing.acts = open_for(&member).into_iter().map(act).chain(papers).collect();
    let (body, id) = (seat.body, seat.id);
    let trainings = state.db.read(move |rx| seats::trainings_of(rx, body)).await?;
    let row = |t: &seats::Training| {
        vec![
            Cell::text(shown(Some(t.on))),
            Cell::text(format!("{}시간 {}분", t.minutes / 60, t.minutes % 60)),
            Cell::text(t.provider.clone()),
            Cell::text(if t.certificate.is_empty() { "-".to_owned() } else { t.certificate.clone() }),
            Cell::text(t.mode.label()),
        ]
    };
    let rows = trainings.iter().filter(|t| t.seat == id).map(row).collect();
    let columns = ["받은 날", "시간", "기관", "수료증", "방식"].map(Column::new).to_vec();
    listing.tables = vec![Table::new("교육".to_owned(), columns, rows, Empty::new("적은 교육이 없습니다."))];
    listing.show(&state)
}
