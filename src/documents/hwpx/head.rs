//! `header.xml`: the shapes of letters, paragraphs and borders that a paper uses. The part with the words names them by their
//! place in these lists. Lengths are 1/7200 inch, letters 1/100 point.
use super::super::paper::Content;
use super::NAMES;
use std::fmt::Write;

/// A millimetre.
pub(super) const fn mm(n: usize) -> usize {
    n * 7200 * 10 / 254
}

/// Letters.
#[derive(Debug, Clone, Copy)]
pub(super) enum Letters {
    Body,
    Bold,
    Title,
    Section,
    Small,
    Large,
}

/// Paragraphs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lines {
    Body,
    Center,
    Right,
    /// In a cell, and around a table.
    Cell,
    /// What stands at its end goes to the right edge.
    Ends,
    /// Stays with what follows.
    Section,
}

/// Borders and grounds. The list begins at 1.
#[derive(Debug, Clone, Copy)]
pub(super) enum Border {
    None,
    /// Of letters: nothing, transparent.
    Letters,
    Cell,
    /// Of a cell that names others.
    Name,
    /// To sign on.
    Below,
}

impl Letters {
    const ALL: [Self; 6] = [Self::Body, Self::Bold, Self::Title, Self::Section, Self::Small, Self::Large];

    pub(super) const fn id(self) -> u8 {
        match self {
            Self::Body => 0,
            Self::Bold => 1,
            Self::Title => 2,
            Self::Section => 3,
            Self::Small => 4,
            Self::Large => 5,
        }
    }

    /// As the printed sheet has them: `.compact` and `.certificate` of the style sheet.
    pub(super) const fn height(self, content: &Content) -> usize {
        match (self, content.certificate, content.compact) {
            (Self::Body | Self::Bold, true, _) => 1400,
            (Self::Body | Self::Bold, _, true) => 950,
            (Self::Body | Self::Bold, ..) => 1050,
            (Self::Title, true, _) => 2600,
            (Self::Title, _, true) => 1600,
            (Self::Title, ..) => 1800,
            (Self::Section, _, true) => 1100,
            (Self::Section, ..) => 1200,
            (Self::Small, ..) => 900,
            (Self::Large, true, _) => 1700,
            (Self::Large, ..) => 1300,
        }
    }

    const fn is_bold(self) -> bool {
        matches!(self, Self::Bold | Self::Title | Self::Section | Self::Large)
    }
}

impl Lines {
    const ALL: [Self; 6] = [Self::Body, Self::Center, Self::Right, Self::Cell, Self::Ends, Self::Section];

    pub(super) const fn id(self) -> u8 {
        match self {
            Self::Body => 0,
            Self::Center => 1,
            Self::Right => 2,
            Self::Cell => 3,
            Self::Ends => 4,
            Self::Section => 5,
        }
    }

    const fn align(self) -> &'static str {
        match self {
            Self::Body => "JUSTIFY",
            Self::Center => "CENTER",
            Self::Right => "RIGHT",
            Self::Cell | Self::Ends | Self::Section => "LEFT",
        }
    }

    /// Room above and below, and between lines in percent.
    const fn spacing(self) -> (usize, usize, usize) {
        match self {
            Self::Body => (200, 200, 160),
            Self::Center => (300, 300, 150),
            Self::Section => (700, 200, 140),
            Self::Right | Self::Cell | Self::Ends => (0, 0, 140),
        }
    }
}

impl Border {
    pub(super) const fn id(self) -> u8 {
        match self {
            Self::None => 1,
            Self::Letters => 2,
            Self::Cell => 3,
            Self::Name => 4,
            Self::Below => 5,
        }
    }
}

const LANGUAGES: [&str; 7] = ["HANGUL", "LATIN", "HANJA", "JAPANESE", "OTHER", "SYMBOL", "USER"];
/// By its name only: every 한글 since 2010 has it, and what has not takes its own.
const FONT: &str = "함초롬바탕";

/// The part.
pub(super) fn head(content: &Content) -> String {
    let mut out = format!(
        r#"<hh:head{NAMES} version="1.5" secCnt="1"><hh:beginNum page="1" footnote="1" endnote="1" pic="1" tbl="1" equation="1"/><hh:refList>"#
    );
    let _ = write!(out, r#"<hh:fontfaces itemCnt="{}">"#, LANGUAGES.len());
    for language in LANGUAGES {
        let _ = write!(
            out,
            r#"<hh:fontface lang="{language}" fontCnt="1"><hh:font id="0" face="{FONT}" type="TTF" isEmbedded="0"><hh:typeInfo familyType="FCAT_MYUNGJO" weight="6" proportion="4" contrast="0" strokeVariation="1" armStyle="1" letterform="1" midline="1" xHeight="1"/></hh:font></hh:fontface>"#
        );
    }
    out.push_str("</hh:fontfaces>");
    borders(&mut out);
    letters(&mut out, content);
    out.push_str(concat!(
        r#"<hh:tabProperties itemCnt="2"><hh:tabPr id="0" autoTabLeft="0" autoTabRight="0"/><hh:tabPr id="1" autoTabLeft="0" autoTabRight="1"/></hh:tabProperties>"#,
        r#"<hh:numberings itemCnt="1"><hh:numbering id="1" start="0"><hh:paraHead start="1" level="1" align="LEFT" useInstWidth="1" autoIndent="1" widthAdjust="0" textOffsetType="PERCENT" textOffset="50" numFormat="DIGIT" charPrIDRef="4294967295" checkable="0">^1.</hh:paraHead></hh:numbering></hh:numberings>"#,
    ));
    lines(&mut out);
    out.push_str(concat!(
        r#"<hh:styles itemCnt="1"><hh:style id="0" type="PARA" name="바탕글" engName="Normal" paraPrIDRef="0" charPrIDRef="0" nextStyleIDRef="0" langID="1042" lockForm="0"/></hh:styles></hh:refList>"#,
        r#"<hh:compatibleDocument targetProgram="HWP201X"><hh:layoutCompatibility/></hh:compatibleDocument><hh:docOption><hh:linkinfo path="" pageInherit="0" footnoteInherit="0"/></hh:docOption><hh:trackchageConfig flags="56"/></hh:head>"#,
    ));
    out
}

fn borders(out: &mut String) {
    let all = [Border::None, Border::Letters, Border::Cell, Border::Name, Border::Below];
    let _ = write!(out, r#"<hh:borderFills itemCnt="{}">"#, all.len());
    for border in all {
        let around = if matches!(border, Border::Cell | Border::Name) { "SOLID" } else { "NONE" };
        let below = if matches!(border, Border::Below) { "SOLID" } else { around };
        let _ = write!(
            out,
            concat!(
                r#"<hh:borderFill id="{}" threeD="0" shadow="0" centerLine="NONE" breakCellSeparateLine="0"><hh:slash type="NONE" Crooked="0" isCounter="0"/><hh:backSlash type="NONE" Crooked="0" isCounter="0"/>"#,
                r##"<hh:leftBorder type="{around}" width="0.12 mm" color="#000000"/><hh:rightBorder type="{around}" width="0.12 mm" color="#000000"/><hh:topBorder type="{around}" width="0.12 mm" color="#000000"/><hh:bottomBorder type="{below}" width="0.12 mm" color="#000000"/><hh:diagonal type="SOLID" width="0.1 mm" color="#000000"/>"##,
            ),
            border.id(),
            around = around,
            below = below,
        );
        let ground = match border {
            Border::Letters => Some("none"),
            Border::Name => Some("#F2F2F2"),
            Border::None | Border::Cell | Border::Below => None,
        };
        if let Some(ground) = ground {
            let _ = write!(
                out,
                r##"<hc:fillBrush><hc:winBrush faceColor="{ground}" hatchColor="#999999" alpha="0"/></hc:fillBrush>"##
            );
        }
        out.push_str("</hh:borderFill>");
    }
    out.push_str("</hh:borderFills>");
}

/// The same for every script.
fn each(name: &str, value: u8) -> String {
    format!(
        r#"<hh:{name} hangul="{value}" latin="{value}" hanja="{value}" japanese="{value}" other="{value}" symbol="{value}" user="{value}"/>"#
    )
}

fn letters(out: &mut String, content: &Content) {
    let _ = write!(out, r#"<hh:charProperties itemCnt="{}">"#, Letters::ALL.len());
    for letters in Letters::ALL {
        let _ = write!(
            out,
            r##"<hh:charPr id="{}" height="{}" textColor="#000000" shadeColor="none" useFontSpace="0" useKerning="0" symMark="NONE" borderFillIDRef="{}">"##,
            letters.id(),
            letters.height(content),
            Border::Letters.id()
        );
        for (name, value) in [("fontRef", 0), ("ratio", 100), ("spacing", 0), ("relSz", 100), ("offset", 0)] {
            out.push_str(&each(name, value));
        }
        if letters.is_bold() {
            out.push_str("<hh:bold/>");
        }
        out.push_str(r##"<hh:underline type="NONE" shape="SOLID" color="#000000"/><hh:strikeout shape="NONE" color="#000000"/><hh:outline type="NONE"/><hh:shadow type="NONE" color="#C0C0C0" offsetX="10" offsetY="10"/></hh:charPr>"##);
    }
    out.push_str("</hh:charProperties>");
}

fn lines(out: &mut String) {
    let _ = write!(out, r#"<hh:paraProperties itemCnt="{}">"#, Lines::ALL.len());
    for lines in Lines::ALL {
        let (tabs, with_next) =
            (u8::from(matches!(lines, Lines::Ends)), u8::from(matches!(lines, Lines::Section)));
        let (above, below, between) = lines.spacing();
        // 한글 of 2016 and later reads the first, older ones the second, whose unit is half as large.
        let spacing = |times: usize| {
            format!(
                r#"<hh:margin><hc:intent value="0" unit="HWPUNIT"/><hc:left value="0" unit="HWPUNIT"/><hc:right value="0" unit="HWPUNIT"/><hc:prev value="{}" unit="HWPUNIT"/><hc:next value="{}" unit="HWPUNIT"/></hh:margin><hh:lineSpacing type="PERCENT" value="{between}" unit="HWPUNIT"/>"#,
                above * times,
                below * times
            )
        };
        let _ = write!(
            out,
            concat!(
                r#"<hh:paraPr id="{}" tabPrIDRef="{tabs}" condense="0" fontLineHeight="0" snapToGrid="1" suppressLineNumbers="0" checked="0" textDir="LTR"><hh:align horizontal="{}" vertical="BASELINE"/><hh:heading type="NONE" idRef="0" level="0"/>"#,
                r#"<hh:breakSetting breakLatinWord="KEEP_WORD" breakNonLatinWord="KEEP_WORD" widowOrphan="0" keepWithNext="{with_next}" keepLines="0" pageBreakBefore="0" lineWrap="BREAK"/><hh:autoSpacing eAsianEng="0" eAsianNum="0"/>"#,
                r#"<hp:switch><hp:case hp:required-namespace="http://www.hancom.co.kr/hwpml/2016/HwpUnitChar">{}</hp:case><hp:default>{}</hp:default></hp:switch><hh:border borderFillIDRef="{}" offsetLeft="0" offsetRight="0" offsetTop="0" offsetBottom="0" connect="0" ignoreMargin="0"/></hh:paraPr>"#,
            ),
            lines.id(),
            lines.align(),
            spacing(1),
            spacing(2),
            Border::Letters.id(),
            tabs = tabs,
            with_next = with_next,
        );
    }
    out.push_str("</hh:paraProperties>");
}
