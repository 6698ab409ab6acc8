//! Typed row ids, one line each. All are positive integers given by the database.
macro_rules! ids { ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
    $(#[$doc])*
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
    #[serde(transparent)]
    pub struct $name(pub i64);
)+ } }
ids!(
    /// A case (사건).
    CaseId,
    /// A person with an account.
    UserId,
    /// A body that can hold a case or be referred to: office, committee, NGO, ward, dong, outside body.
    BodyId,
    /// An apartment complex (단지).
    ComplexId,
    /// A programme (구 공모사업).
    ProgrammeId,
    /// A party (신청인 or 상대방) of one case.
    PartyId,
    /// A one-purpose link sent to a person.
    LinkId,
    /// A row of the outbox.
    MailId,
    /// A mail that came in.
    InboundId,
    /// A dated grant of a role.
    GrantId,
    /// A bearer token of the API.
    TokenId,
    /// A member's appointment (위촉) to a committee: the person in that seat for that term.
    SeatId,
    /// A meeting of a committee.
    MeetingId,
    /// A handover of a desk (인계인수).
    HandoverId,
    /// A published report: one version of it.
    PublicationId,
    /// A shared room (공유공간) of a ward.
    RoomId,
);
