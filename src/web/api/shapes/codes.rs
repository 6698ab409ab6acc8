//! Schemas of the domain's own ids and closed lists: the codes, with the Korean words as titles.
use crate::domain::codes::*;
use crate::domain::ids::*;
use crate::domain::permission::{Hat, View};
use crate::domain::step::StepCode;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

macro_rules! coded { ($($code:ident)+) => { $(
    impl JsonSchema for $code {
        fn schema_name() -> Cow<'static, str> { stringify!($code).into() }
        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            let choices: Vec<serde_json::Value> =
                Self::ALL.iter().map(|c| serde_json::json!({"const": c.code(), "title": c.label()})).collect();
            json_schema!({"type": "string", "oneOf": choices})
        }
    }
)+ } }
coded!(
    Calendar ReturnReason Felt DongHelp Effect Known Standing Venue AccountStatus AfterSession AgreementKind Basis BodyKind Cause Channel CommitteeKind ConsentPurpose DeclineReason Delivery DeskCheck Dimension Disclosure DisposalKind DutyKind
    Authority Evidence FileKind Voices FollowUpResult Hat Inbound InboundFate InboundWhy LinkKind LinkPurpose Living MailState MeetingKind Method OfferState Outcome Permit PersonKind Position ProvisionBasis
    Appointer Assembly Ballot ChairChoice CommitteeDuty Decider ItemResult MatterKind MeetingState Mode Post RecusalGround SeatCategory SeatEnd
    SeatState Selection Sort ReferralState Relation Reply Right Role Safety SafetyFlag Score SessionState Side Stage StepCode Tenure TextKind TokenScope View Visibility ServiceKind WeekDay WeekTime
    BudgetItem ProgrammeAct ProgrammeStage ProgrammeStepCode PeriodKind Openness WardDuty
);

macro_rules! numbered { ($($id:ident)+) => { $(
    impl JsonSchema for $id {
        fn schema_name() -> Cow<'static, str> { stringify!($id).into() }
        fn inline_schema() -> bool { true }
        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({"type": "integer", "format": "int64", "minimum": 1})
        }
    }
)+ } }
numbered!(BodyId ComplexId GrantId HandoverId InboundId MailId MeetingId ProgrammeId PublicationId RoomId SeatId TokenId UserId);
