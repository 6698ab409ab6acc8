//! The texts that both sides have a right to read: proposals and agreements that wait for them, or that both accepted.
use super::{Agreement, Case};
use crate::domain::codes::{AgreementKind, Side, TextKind};
use crate::domain::step::{Seq, Term};

/// One text, as one side may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyText {
    /// The line of the history that made it.
    pub seq: Seq,
    pub what: TextKind,
    pub kind: AgreementKind,
    pub terms: Vec<Term>,
    /// Both sides accepted or signed it: it is in force.
    pub agreed: bool,
    /// This side accepted or signed it.
    pub own: bool,
}

impl Case {
    /// Which version of the agreement this is, from 1, and the one before it: among these two people, since the case was last
    /// opened. What somebody else had promised is no earlier version.
    #[must_use]
    pub fn version_of(&self, seq: Seq) -> Option<(usize, Option<&Agreement>)> {
        let at = self.agreements.iter().position(|a| a.seq == seq)?;
        let begun = self.drafts_anew.iter().rev().find(|begun| **begun <= at).copied().unwrap_or(0);
        let before = at.checked_sub(1).filter(|before| *before >= begun);
        Some((at - begun + 1, before.and_then(|before| self.agreements.get(before))))
    }

    /// What the paper of this agreement is called, of one that waits for signatures or has both: others have no paper to keep.
    #[must_use]
    pub fn paper_of(&self, seq: Seq) -> Option<String> {
        self.agreements.iter().find(|a| a.seq == seq && (a.is_open() || a.is_signed()))?;
        let (version, _) = self.version_of(seq)?;
        Some(format!("서명한 합의서의 종이(제{version}판)"))
    }

    /// The texts that `side` may read, newest first: nothing that was refused, replaced or never put to them. What was agreed
    /// stays readable when the case is opened again.
    #[must_use]
    pub fn texts_for(&self, side: Side) -> Vec<PartyText> {
        let proposals = self.proposals.iter().map(|p| {
            let own = p.answer_of(side) == Some(true);
            let agreed = Side::ALL.iter().all(|s| p.answer_of(*s) == Some(true));
            let (what, terms) = (TextKind::Proposal, p.terms.clone());
            (p.is_open(), PartyText { seq: p.seq, what, kind: p.kind, terms, agreed, own })
        });
        let agreements = self.agreements.iter().map(|a| {
            let (own, agreed) = (a.signature(side).is_some(), a.is_signed());
            let (what, terms) = (TextKind::Agreement, a.terms.clone());
            (a.is_open(), PartyText { seq: a.seq, what, kind: a.kind, terms, agreed, own })
        });
        let all = proposals.chain(agreements);
        let mut texts: Vec<PartyText> =
            all.filter(|(waits, text)| *waits || text.agreed).map(|(_, text)| text).collect();
        texts.sort_by_key(|text| std::cmp::Reverse(text.seq));
        texts
    }
}
