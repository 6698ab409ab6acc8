//! The minutes: drafted from the record, completed by the 서기, signed twice, then corrected by additions only.
use super::line::{Line, MeetingStep};
use super::{Item, Meeting, Signature, Signer};
use crate::domain::case::Refused;
use crate::domain::codes::{ItemResult, MatterKind, MeetingState};

/// Where an item stands on the copy that outsiders may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicItem {
    pub line: String,
    /// What was taken out, and why; empty when nothing was.
    pub removed: String,
}

impl Meeting {
    pub(super) fn apply_minutes(&mut self, line: &Line) -> Result<(), Refused> {
        match &line.step {
            MeetingStep::Write { text, notes } => {
                self.text.clone_from(text);
                self.notes.clone_from(notes);
                self.state = Some(MeetingState::Adjourned);
            }
            MeetingStep::Complete {} => {
                if self.text.trim().is_empty() {
                    return Err(Refused::new("no_minutes", "회의록 내용을 적은 뒤 마쳐 주세요."));
                }
                self.state = Some(MeetingState::Completed);
            }
            MeetingStep::Sign { signer, method } => {
                if self.signed_by(*signer) {
                    return Err(Refused::new("signed", "이미 서명했습니다."));
                }
                self.signatures.push(Signature { signer: *signer, at: line.at, method: *method });
                if Signer::ALL.iter().all(|s| self.signed_by(*s)) {
                    self.state = Some(MeetingState::Signed);
                }
            }
            MeetingStep::Correct { text } => {
                if text.trim().is_empty() {
                    return Err(Refused::new("no_text", "무엇을 바로잡는지 적어 주세요."));
                }
                self.corrections.push((line.at, text.clone()));
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether this signature is under the minutes.
    #[must_use]
    pub fn signed_by(&self, signer: Signer) -> bool {
        self.signatures.iter().any(|s| s.signer == signer)
    }

    /// The items as outsiders may read them: of a case only that one was dealt with, of a person nothing. `names` are those of
    /// the committee's own people.
    #[must_use]
    pub fn public_items(&self, names: &[&str]) -> Vec<PublicItem> {
        self.items.iter().map(|item| public(item, names)).collect()
    }
}

fn public(item: &Item, names: &[&str]) -> PublicItem {
    let result = item.decision.as_ref().map_or("", |d| d.result.label());
    let kind = item.matter.kind();
    match kind {
        MatterKind::Case | MatterKind::RecusalRequest => PublicItem {
            // Whether a case's item passed would tell the outcome of somebody's dispute.
            line: match item.decision.as_ref().map(|d| d.result) {
                Some(ItemResult::Deferred) | None => "층간소음 1건 보류".to_owned(),
                _ => "층간소음 1건 심의·의결".to_owned(),
            },
            removed: "접수번호·내용·표결: 당사자를 알아볼 수 있음(비공개 심의)".to_owned(),
        },
        MatterKind::ChairElection => PublicItem {
            line: format!("{} ({result})", kind.label()),
            removed: "후보와 표수: 개인에 관한 사항".to_owned(),
        },
        MatterKind::Dismissal => PublicItem {
            line: format!("{} ({result})", kind.label()),
            removed: "대상과 사유: 개인에 관한 사항".to_owned(),
        },
        MatterKind::Delegation => {
            PublicItem { line: format!("{} ({result})", kind.label()), removed: String::new() }
        }
        MatterKind::Free => {
            let votes =
                item.decision.as_ref().and_then(|d| d.tally).map_or_else(String::new, |t| {
                    format!(", 찬성 {}·반대 {}·기권 {}", t.yes, t.no, t.abstain)
                });
            let (title, removed) = without(&item.matter.title(), names);
            PublicItem { line: format!("{title} ({result}{votes})"), removed: removed.to_owned() }
        }
    }
}

/// A title without people: the names known here, and whatever looks like a door or a telephone number.
fn without(title: &str, names: &[&str]) -> (String, &'static str) {
    let mut shown = title.to_owned();
    for name in names.iter().filter(|name| name.chars().count() > 1) {
        shown = shown.replace(name, "○○○");
    }
    let shown: Vec<String> = shown
        .split(' ')
        .map(|word| if personal(word) { "○○○".to_owned() } else { word.to_owned() })
        .collect();
    let shown = shown.join(" ");
    let removed = if shown == title { "" } else { "사람의 이름·동호·전화번호: 개인정보" };
    (shown, removed)
}

/// `101동`, `1203호`, `101-1203`, `010-1234-5678`; a date is nobody's.
fn personal(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let door = |mark: char| word.split_once(mark).is_some_and(|(before, _)| number(before));
    let pair = word.split_once('-').is_some_and(|(one, other)| number(one) && number(other));
    let phone = digits >= 9 && word.starts_with('0');
    phone || (digits >= 3 && (door('동') || door('호') || pair))
}
