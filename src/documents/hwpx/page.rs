//! The page (`hp:secPr`), what stands on each of them above and below, and the picture of the QR code.
use super::super::paper::Sheet;
use super::body::Writer;
use super::head::{Border, Letters, Lines, mm};
use super::xml;
use std::fmt::Write;

/// A4, and its margins at the sides and above (the style sheet's `@page`).
const PAPER: (usize, usize) = (59528, 84186);
const MARGIN: (usize, usize) = (mm(15), mm(20));
/// Of the words.
pub(super) const WIDTH: usize = PAPER.0 - 2 * MARGIN.0;

/// What stands before the first words.
pub(super) fn setup(sheet: &Sheet<'_>) -> String {
    // The lines above and below stand within the margin.
    let half = MARGIN.1 / 2;
    let border = |pages: &str| {
        format!(
            r#"<hp:pageBorderFill type="{pages}" borderFillIDRef="{}" textBorder="PAPER" headerInside="0" footerInside="0" fillArea="PAPER"><hp:offset left="1417" right="1417" top="1417" bottom="1417"/></hp:pageBorderFill>"#,
            Border::None.id()
        )
    };
    let notes = |name: &str, length: &str, place: &str| {
        format!(
            r##"<hp:{name}><hp:autoNumFormat type="DIGIT" userChar="" prefixChar="" suffixChar=")" supscript="0"/><hp:noteLine length="{length}" type="SOLID" width="0.12 mm" color="#000000"/><hp:noteSpacing betweenNotes="283" belowLine="567" aboveLine="850"/><hp:numbering type="CONTINUOUS" newNum="1"/><hp:placement place="{place}" beneathText="0"/></hp:{name}>"##
        )
    };
    let mut out = format!(
        concat!(
            r#"<hp:run charPrIDRef="{letters}"><hp:secPr id="" textDirection="HORIZONTAL" spaceColumns="1134" tabStop="8000" tabStopVal="4000" tabStopUnit="HWPUNIT" outlineShapeIDRef="1" memoShapeIDRef="0" textVerticalWidthHead="0" masterPageCnt="0">"#,
            r#"<hp:grid lineGrid="0" charGrid="0" wonggojiFormat="0"/><hp:startNum pageStartsOn="BOTH" page="0" pic="0" tbl="0" equation="0"/><hp:visibility hideFirstHeader="0" hideFirstFooter="0" hideFirstMasterPage="0" border="SHOW_ALL" fill="SHOW_ALL" hideFirstPageNum="0" hideFirstEmptyLine="0" showLineNumber="0"/><hp:lineNumberShape restartType="0" countBy="0" distance="0" startNumber="0"/>"#,
            r#"<hp:pagePr landscape="WIDELY" width="{width}" height="{height}" gutterType="LEFT_ONLY"><hp:margin header="{half}" footer="{half}" gutter="0" left="{side}" right="{side}" top="{rest}" bottom="{rest}"/></hp:pagePr>"#,
            r#"{foot_notes}{end_notes}{both}{even}{odd}</hp:secPr><hp:ctrl><hp:colPr id="" type="NEWSPAPER" layout="LEFT" colCount="1" sameSz="1" sameGap="0"/></hp:ctrl>"#,
        ),
        letters = Letters::Body.id(),
        width = PAPER.0,
        height = PAPER.1,
        half = half,
        rest = MARGIN.1 - half,
        side = MARGIN.0,
        foot_notes = notes("footNotePr", "-1", "EACH_COLUMN"),
        end_notes = notes("endNotePr", "14692344", "END_OF_DOCUMENT"),
        both = border("BOTH"),
        even = border("EVEN"),
        odd = border("ODD"),
    );
    if let Some(left) = sheet.head {
        out.push_str(&every_page("header", 1, "TOP", (left, &sheet.content.title)));
    }
    if let Some(ends) = sheet.foot {
        out.push_str(&every_page("footer", 2, "BOTTOM", ends));
    }
    out.push_str(
        r#"<hp:ctrl><hp:pageNum pos="BOTTOM_CENTER" formatType="DIGIT" sideChar="-"/></hp:ctrl></hp:run>"#,
    );
    out
}

/// A line on every page: the one end at the left, the other at the right.
fn every_page(name: &str, id: u8, place: &str, (left, right): (&str, &str)) -> String {
    let mut line = Writer::new(None, 0);
    line.open(Lines::Ends);
    let _ = write!(
        line.xml,
        r#"<hp:run charPrIDRef="{}"><hp:t>{}<hp:tab width="{}" leader="0" type="2"/></hp:t><hp:t>{}</hp:t></hp:run>"#,
        Letters::Small.id(),
        xml::escaped(left),
        mm(100),
        xml::escaped(right)
    );
    line.close();
    format!(
        r#"<hp:ctrl><hp:{name} id="{id}" applyPageType="BOTH"><hp:subList id="" textDirection="HORIZONTAL" lineWrap="BREAK" vertAlign="{place}" linkListIDRef="0" linkListNextIDRef="0" textWidth="{WIDTH}" textHeight="{}" hasTextRef="0" hasNumRef="0">{}</hp:subList></hp:{name}></hp:ctrl>"#,
        MARGIN.1 / 2,
        line.xml
    )
}

/// The QR code, 30 mm wide, as a letter of its line.
pub(super) fn picture(id: u32) -> String {
    const SIDE: usize = mm(30);
    const SAME: &str = r#"e1="1" e2="0" e3="0" e4="0" e5="1" e6="0""#;
    let half = SIDE / 2;
    format!(
        concat!(
            r#"<hp:run charPrIDRef="{letters}"><hp:pic id="{id}" zOrder="0" numberingType="PICTURE" textWrap="SQUARE" textFlow="BOTH_SIDES" lock="0" dropcapstyle="None" href="" groupLevel="0" instid="{id}" reverse="0">"#,
            r#"<hp:offset x="0" y="0"/><hp:orgSz width="{SIDE}" height="{SIDE}"/><hp:curSz width="{SIDE}" height="{SIDE}"/><hp:flip horizontal="0" vertical="0"/><hp:rotationInfo angle="0" centerX="{half}" centerY="{half}" rotateimage="1"/><hp:renderingInfo><hc:transMatrix {SAME}/><hc:scaMatrix {SAME}/><hc:rotMatrix {SAME}/></hp:renderingInfo>"#,
            r#"<hp:imgRect><hc:pt0 x="0" y="0"/><hc:pt1 x="{SIDE}" y="0"/><hc:pt2 x="{SIDE}" y="{SIDE}"/><hc:pt3 x="0" y="{SIDE}"/></hp:imgRect><hp:imgClip left="0" right="{SIDE}" top="0" bottom="{SIDE}"/><hp:inMargin left="0" right="0" top="0" bottom="0"/><hp:imgDim dimwidth="{SIDE}" dimheight="{SIDE}"/><hc:img binaryItemIDRef="qr" bright="0" contrast="0" effect="REAL_PIC" alpha="0"/><hp:effects/>"#,
            r#"<hp:sz width="{SIDE}" widthRelTo="ABSOLUTE" height="{SIDE}" heightRelTo="ABSOLUTE" protect="0"/><hp:pos treatAsChar="1" affectLSpacing="0" flowWithText="1" allowOverlap="0" holdAnchorAndSO="0" vertRelTo="PARA" horzRelTo="COLUMN" vertAlign="TOP" horzAlign="LEFT" vertOffset="0" horzOffset="0"/><hp:outMargin left="0" right="0" top="0" bottom="0"/><hp:shapeComment>QR</hp:shapeComment></hp:pic><hp:t/></hp:run>"#,
        ),
        letters = Letters::Body.id(),
        id = id,
        half = half,
        SIDE = SIDE,
        SAME = SAME,
    )
}
