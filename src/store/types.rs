//! How domain types are stored, one line each, for both databases.
use crate::domain::codes::{
    AccountStatus, BodyKind, Calendar, Cause, Channel, CommitteeKind, Disclosure, DisposalKind, DutyKind,
    Inbound, InboundFate, InboundWhy, LinkKind, LinkPurpose, MailState, Method, Outcome, Permit, Position,
    ProvisionBasis, ReferralState, Role, Side, Stage, Tenure, TokenScope, Venue, Visibility,
};
use crate::domain::codes::{Felt, FileKind, ProgrammeStage, Voices};
use crate::domain::codes::{MeetingKind, OfferState, ServiceKind, SessionState};
use crate::domain::codes::{
    MeetingState, Post, RecusalGround, RecusalKind, RecusalState, ScanKind, SeatCategory, SeatEnd, Selection,
    Sort, TrainingMode,
};
use crate::domain::codes::{Openness, PeriodKind};
use crate::domain::ids::{
    BodyId, CaseId, ComplexId, GrantId, InboundId, LinkId, MailId, PartyId, ProgrammeId, TokenId, UserId,
};
use crate::domain::ids::{HandoverId, MeetingId, PublicationId, RoomId, SeatId};
use crate::domain::meeting::MeetingStepCode;
use crate::domain::step::StepCode;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{BigInt, Nullable, Text};

macro_rules! stored {
    ($domain:ty as $sql:ty, $raw:ty, $owned:ty, $borrow:expr, $read:expr) => {
        stored!(@expression $domain, $sql, $raw, $owned, $borrow);
        stored!(@expression $domain, Nullable<$sql>, $raw, $owned, $borrow);
        impl<DB: Backend> ToSql<$sql, DB> for $domain where $raw: ToSql<$sql, DB> {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                let borrow: fn(&$domain) -> &$raw = $borrow;
                <$raw as ToSql<$sql, DB>>::to_sql(borrow(self), out)
            }
        }
        impl<DB: Backend> FromSql<$sql, DB> for $domain where $owned: FromSql<$sql, DB> {
            fn from_sql(raw: DB::RawValue<'_>) -> deserialize::Result<Self> {
                let owned = <$owned as FromSql<$sql, DB>>::from_sql(raw)?;
                let read: fn(&$raw) -> Option<$domain> = $read;
                read(&owned).ok_or_else(|| format!("unknown {}: {owned:?}", stringify!($domain)).into())
            }
        }
        impl<DB: Backend> Queryable<$sql, DB> for $domain where $domain: FromSql<$sql, DB> {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> { Ok(row) }
        }
    };
    (@expression $domain:ty, $sql:ty, $raw:ty, $owned:ty, $borrow:expr) => {
        impl AsExpression<$sql> for $domain {
            type Expression = <$owned as AsExpression<$sql>>::Expression;
            fn as_expression(self) -> Self::Expression { AsExpression::<$sql>::as_expression(&self) }
        }
        impl AsExpression<$sql> for &$domain {
            type Expression = <$owned as AsExpression<$sql>>::Expression;
            fn as_expression(self) -> Self::Expression {
                let borrow: fn(&$domain) -> &$raw = $borrow;
                <$owned as AsExpression<$sql>>::as_expression(borrow(self).to_owned())
            }
        }
    };
}

macro_rules! stored_ids { ($($id:ident)+) => { $( stored!($id as BigInt, i64, i64, |id| &id.0, |raw| Some($id(*raw))); )+ } }
stored_ids!(BodyId CaseId ComplexId GrantId HandoverId InboundId LinkId MailId MeetingId PartyId ProgrammeId PublicationId RoomId SeatId TokenId UserId);

macro_rules! stored_codes { ($($code:ident)+) => { $( stored!($code as Text, str, String, |c| c.code(), $code::from_code); )+ } }
stored_codes!(
    MeetingState MeetingStepCode Post RecusalGround RecusalKind RecusalState ScanKind SeatCategory SeatEnd Selection Sort TrainingMode
    AccountStatus BodyKind Calendar Cause Channel CommitteeKind Disclosure DisposalKind DutyKind Inbound InboundFate InboundWhy LinkKind LinkPurpose MailState Method Outcome Permit Position
    MeetingKind OfferState ServiceKind SessionState Felt FileKind ProgrammeStage Voices Openness PeriodKind
    ProvisionBasis ReferralState Role Side Stage StepCode Tenure TokenScope Venue Visibility
);
