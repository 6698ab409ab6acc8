//! Everything that one person's pages of a case are made from, read in one go after the opening was recorded.
use crate::casework::CaseworkError;
use crate::casework::open::{self, CaseFile};
use crate::domain::case::{Case, Duty, Owner};
use crate::domain::codes::{DutyKind, LinkKind, Safety, Side};
use crate::domain::ids::{BodyId, UserId};
use crate::domain::permission::{Actor, Hat, View};
use crate::domain::step::{Step, StepCode};
use crate::domain::{seoul, text};
use crate::store::parties::Party;
use crate::store::projection::DutyRow;
use crate::store::{Rx, StoreError, bodies, case_links, cases, complexes, projection, users};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Fact, IdBar, Link, NavItem, Page};
use crate::web::state::State;
use crate::web::steps::words::{self, Names};
use chrono::{DateTime, Datelike, Utc};
use std::collections::BTreeSet;

/// What stands where a side's data may not pass to the NGO yet.
pub(crate) const NOT_PROVIDED: &str = "본인이 제공에 동의하면 보입니다";

/// A case as one person sees it.
#[derive(Debug, Clone)]
pub(crate) struct Sight {
    pub file: CaseFile,
    pub actor: Actor,
    pub names: Names,
    /// Calls that wait to be made.
    pub calls: Vec<DutyRow>,
    /// Cases tied to this one; only for those who handle the file.
    pub linked: Vec<Tied>,
    /// The steps that the person could take now.
    pub steps: Vec<StepCode>,
    /// The 단지 as shown, typed names included.
    pub complex: String,
    pub dong: String,
}

/// A case tied to another one. It may be somebody else's: then its number is told, and leads nowhere.
#[derive(Debug, Clone)]
pub(crate) struct Tied {
    pub number: String,
    pub kind: LinkKind,
    pub opens: bool,
}

/// What the person sees of the case, once it is recorded that they open this page of it. Opening the same page again within
/// minutes is the same opening.
///
/// # Errors
/// 404 outside the scope or where the person may read nothing; nothing is shown when the record cannot be written.
pub(crate) async fn open(
    state: &State,
    who: &Who,
    number: &str,
    what: &'static str,
) -> Result<Sight, WebError> {
    let now = state.now();
    let (actor, number, ip) = (who.actor.clone(), number.to_owned(), who.ip.clone());
    let (a, n, i) = (actor.clone(), number.clone(), ip.clone());
    // One case's rows, each found by an index: read on the spot.
    let known = state.db.glance(move |rx| {
        let sight = sight(rx, &a, &n)?;
        let shown = open::recorded(rx, &a, sight.file.case.id, &i, what, now)?;
        let covers = |shown: Vec<Side>| open::is_covered(&shown, &sight.file.sides, what);
        Ok(if shown.is_some_and(covers) { Some(sight) } else { None })
    });
    if let Some(sight) = known.await.map_err(told)? {
        return Ok(sight);
    }
    let (a, n) = (actor.clone(), number.clone());
    state.db.write(move |tx| open::record(tx, &a, &n, &ip, what, "", now)).await.map_err(told)?;
    state.db.read(move |rx| sight(rx, &actor, &number)).await.map_err(told)
}

fn told(e: CaseworkError) -> WebError {
    e.into()
}

/// Reads the case; the opening is recorded already.
///
/// # Errors
/// As `casework::open::read`.
pub(crate) fn sight(rx: &mut Rx<'_>, actor: &Actor, number: &str) -> Result<Sight, CaseworkError> {
    let file = open::read(rx, actor, number)?;
    let names = names(rx, &file)?;
    let case = &file.case;
    let handles = file.view == View::File;
    let calls = if file.contacts { projection::duties_in(rx, case.id)? } else { Vec::new() };
    let calls = calls.into_iter().filter(|d| d.kind == DutyKind::Tell).collect();
    let linked = if handles { tied(rx, actor, case)? } else { Vec::new() };
    let dong =
        case.intake.dong_code.as_deref().map(|code| bodies::dong_name(rx, code)).transpose()?.flatten();
    let complex = match (case.intake.complex, &case.intake.complex_typed) {
        (Some(id), _) => names.complex(id),
        (None, Some(typed)) => format!("{typed} (단지 미상)"),
        (None, None) => "단지 미상".to_owned(),
    };
    let steps = case.open_to(actor);
    let actor = actor.clone();
    Ok(Sight { actor, names, calls, linked, steps, complex, dong: dong.unwrap_or_default(), file })
}

fn tied(rx: &mut Rx<'_>, actor: &Actor, case: &Case) -> Result<Vec<Tied>, StoreError> {
    let mut found = Vec::new();
    for (number, kind) in case_links::of_case(rx, case.id)? {
        let opens = match cases::find(rx, &actor.scope(), &number) {
            Ok(other) => actor.view(&other) > View::Nothing,
            Err(StoreError::NotFound) => false,
            Err(e) => return Err(e),
        };
        found.push(Tied { number, kind, opens });
    }
    Ok(found)
}

fn names(rx: &mut Rx<'_>, file: &CaseFile) -> Result<Names, StoreError> {
    let case = &file.case;
    let mut people: BTreeSet<UserId> = file.lines.iter().filter_map(|l| l.by).collect();
    people.extend(case.in_charge.iter().map(|p| p.user));
    people.extend(case.offers.iter().map(|o| o.mediator));
    let mut places: BTreeSet<BodyId> = case.referrals.iter().map(|r| r.body).collect();
    places.extend(case.referrals.iter().filter_map(|r| r.from));
    let b = case.bodies;
    places.extend([case.holder, b.office, b.committee, b.ngo, b.ward].into_iter().flatten());
    let mut homes = BTreeSet::from_iter(case.intake.complex);
    for line in &file.lines {
        match &line.step {
            Step::Offer { mediator, .. } => drop(people.insert(*mediator)),
            Step::NameMembers { members } => people.extend(members),
            Step::Resign { person, .. } => drop(people.insert(*person)),
            Step::Refer { body, .. } => drop(places.insert(*body)),
            Step::Place { complex } => drop(homes.insert(*complex)),
            _ => {}
        }
    }
    let mut names = Names::default();
    for id in people {
        match users::find(rx, id) {
            Ok(user) => drop(names.users.insert(id, user.name)),
            Err(StoreError::NotFound) => {}
            Err(e) => return Err(e),
        }
    }
    let beside = case.people.iter();
    names.people = beside.map(|p| (p.seq, format!("{} {}", p.side.label(), p.kind.label()))).collect();
    names.bodies = bodies::names(rx, &Vec::from_iter(places))?.into_iter().collect();
    names.complexes = complexes::names(rx, &Vec::from_iter(homes))?.into_iter().collect();
    Ok(names)
}

impl Sight {
    pub(crate) fn case(&self) -> &Case {
        &self.file.case
    }

    pub(crate) fn is(&self, hat: Hat) -> bool {
        self.actor.hats(self.case()).contains(&hat)
    }

    pub(crate) fn party(&self, side: Side) -> Option<&Party> {
        self.file.parties.iter().find(|p| p.side == side && p.kind.is_none())
    }

    /// `함께하는 당사자 이○수`: somebody beside the main party, without their side.
    pub(crate) fn name_of(&self, person: &crate::domain::case::Person) -> String {
        let known = self.file.parties.iter().find(|p| p.seq == Some(person.seq));
        let name = known.map(|p| text::mask_name(&p.details.name)).unwrap_or_default();
        format!("{} {name}", person.kind.label()).trim_end().to_owned()
    }

    /// `상대방 대리인 이○수`: somebody beside the main party, as far as this person may know them.
    pub(crate) fn person_shown(&self, person: &crate::domain::case::Person) -> String {
        let known = self.file.parties.iter().find(|p| p.seq == Some(person.seq));
        let name = known.map(|p| text::mask_name(&p.details.name)).unwrap_or_default();
        let door = known.and_then(|p| p.details.unit.as_ref()).filter(|_| !person.apart);
        let door = door.map(ToString::to_string).unwrap_or_default();
        let given: Vec<&str> = person.authority.iter().map(|a| a.label()).collect();
        let given = if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) };
        let said = [person.side.label(), person.kind.label(), &name, &door, &given];
        said.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Whether the person may see what is known of this side.
    pub(crate) fn knows(&self, side: Side) -> bool {
        self.file.sides.contains(&side)
    }

    /// `김○희 · 101동 1203호`, or what little is known.
    pub(crate) fn party_shown(&self, side: Side) -> String {
        if !self.knows(side) {
            return NOT_PROVIDED.to_owned();
        }
        let Some(party) = self.party(side) else { return "아직 모릅니다".to_owned() };
        if party.destroyed {
            return "보관 기간이 지나 지웠습니다".to_owned();
        }
        let name = Some(text::mask_name(&party.details.name)).filter(|n| !n.is_empty());
        let unit = party.details.unit.as_ref().map(ToString::to_string);
        let shown: Vec<String> = [name, unit].into_iter().flatten().collect();
        if shown.is_empty() { "아직 모릅니다".to_owned() } else { shown.join(" · ") }
    }

    pub(crate) fn holder(&self) -> String {
        self.case().holder.map_or_else(|| "정해지지 않음".to_owned(), |b| self.names.body(b))
    }

    pub(crate) fn owner(&self, duty: &Duty) -> String {
        match duty.owner {
            Owner::Body(body) => self.names.body(body),
            Owner::User(user) => self.names.user(user),
            Owner::Nobody => "구청".to_owned(),
        }
    }

    /// The first duty that this person can do something about, with its step.
    pub(crate) fn next(&self) -> Option<(Duty, StepCode, Option<Side>)> {
        self.case().duties().into_iter().find_map(|duty| {
            let (step, side) = self.case().step_for(duty.kind)?;
            self.steps.contains(&step).then_some((duty, step, side))
        })
    }

    /// The head of the case's pages. `page` is the sub-page's path below the case, empty for the first.
    pub(crate) fn bar(&self, page: &str, now: DateTime<Utc>) -> IdBar {
        let case = self.case();
        let mut facts = vec![fact("단지", &self.complex), fact("맡은 곳", &self.holder())];
        match case.duties().first() {
            Some(duty) => {
                facts.push(fact("다음 할 일", duty.kind.label()));
                let (text, late) = due(duty.due_at, now);
                facts.push(Fact { label: "기한".to_owned(), text, late });
            }
            None => facts.push(fact("다음 할 일", "없습니다")),
        }
        let stage = match case.outcome() {
            Some(outcome) if !case.is_open() => format!("종결: {}", outcome.label()),
            _ => case.stage.label().to_owned(),
        };
        let stage_kind = if case.is_open() { "info" } else { "plain" };
        let flag = case.is_open() && self.file.contacts && case.safety() >= Safety::Shuttle;
        let flag = flag.then(|| format!("안전: {}", case.safety().label()));
        IdBar { number: case.number.clone(), stage, stage_kind, flag, facts, subnav: self.subnav(page) }
    }

    fn subnav(&self, page: &str) -> Vec<NavItem> {
        let case = self.case();
        let count = |n: usize| u32::try_from(n).ok().filter(|n| *n > 0);
        let all = [
            ("", "요약", None, true),
            ("/parties", "당사자", None, self.file.contacts),
            ("/contacts", "연락", count(case.contacts.len()), self.file.view == View::File),
            ("/meetings", "조정회의", count(case.sessions.len()), self.file.view == View::File),
            (
                "/agreements",
                "합의",
                count(case.proposals.len() + case.agreements.len()),
                self.file.view == View::File,
            ),
            ("/referrals", "의뢰·연결", count(case.referrals.len()), self.file.view == View::File),
            ("/evidence", "증거", None, self.file.view == View::File),
            ("/diary", "일지", None, self.actor.reads_evidence(Side::Applicant, case)),
            ("/papers", "문서", None, self.file.view == View::File),
            ("/log", "기록", count(self.file.lines.len()), self.file.view != View::Summary),
        ];
        let item = |(path, label, n, _): (&str, &str, Option<u32>, bool)| NavItem {
            href: format!("/cases/{}{path}", case.number),
            label: label.to_owned(),
            current: path == page,
            n,
        };
        all.into_iter().filter(|(_, _, _, shown)| *shown).map(item).collect()
    }

    /// The frame of a page of this case.
    pub(crate) fn frame(&self, state: &State, who: &Who, title: &str) -> Page {
        let title = format!("{title}: {}", self.case().number);
        Page { back: Some(Link::new("/cases", "사건 목록")), ..state.frame(who, &title) }
    }
}

fn fact(label: &str, text: &str) -> Fact {
    Fact { label: label.to_owned(), text: text.to_owned(), late: false }
}

/// A deadline in words: `12월 3일(목)`, and how many days it is over.
pub(crate) fn due(at: DateTime<Utc>, now: DateTime<Utc>) -> (String, bool) {
    let (day, today) = (seoul::day(at), seoul::day(now));
    // A date of another year would read as one of this year.
    let year = if day.year() == today.year() { String::new() } else { format!("{}년 ", day.year()) };
    let shown = format!("{year}{}", words::day(day));
    match (day - today).num_days() {
        0 if at < now => (format!("{shown} 오늘까지"), false),
        0 => (format!("{shown} 오늘"), false),
        1 => (format!("{shown} 내일"), false),
        n if n < 0 => (format!("{shown}, {}일 지남", -n), true),
        _ => (shown, false),
    }
}
