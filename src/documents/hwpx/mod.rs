//! A paper as a file for 한글 that can be edited: HWPX (KS X 6101, OWPML), a ZIP package of XML. The only place that names its
//! writer. The same paper gives the same bytes: nothing in it is drawn or dated.
//!
//! What stands where in the package, and the shape of each part, is that of files which 한글 2022 writes; `tests/python/read_hwpx.py`
//! holds the result against the standard's schemas with another reader.
mod body;
mod head;
mod page;
mod qr;
mod table;
mod xml;

use super::paper::Sheet;
use std::io::{Cursor, Write};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Of the file, and the content of its first entry (KS X 6101).
pub(crate) const KIND: &str = "application/hwp+zip";
/// Every part begins so; 한글 asks for `standalone`.
const XML: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>"#;
/// On the root of every part of the document: 한글 reads none without all of these.
const NAMES: &str = concat!(
    r#" xmlns:ha="http://www.hancom.co.kr/hwpml/2011/app" xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph""#,
    r#" xmlns:hp10="http://www.hancom.co.kr/hwpml/2016/paragraph" xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section""#,
    r#" xmlns:hc="http://www.hancom.co.kr/hwpml/2011/core" xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head""#,
    r#" xmlns:hhs="http://www.hancom.co.kr/hwpml/2011/history" xmlns:hm="http://www.hancom.co.kr/hwpml/2011/master-page""#,
    r#" xmlns:hpf="http://www.hancom.co.kr/schema/2011/hpf" xmlns:dc="http://purl.org/dc/elements/1.1/""#,
    r#" xmlns:opf="http://www.idpf.org/2007/opf/" xmlns:ooxmlchart="http://www.hancom.co.kr/hwpml/2016/ooxmlchart""#,
    r#" xmlns:hwpunitchar="http://www.hancom.co.kr/hwpml/2016/HwpUnitChar" xmlns:epub="http://www.idpf.org/2007/ops""#,
    r#" xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0""#,
);
const VERSION: &str = r#"<hv:HCFVersion xmlns:hv="http://www.hancom.co.kr/hwpml/2011/version" tagetApplication="WORDPROCESSOR" major="5" minor="1" micro="1" buildNumber="0" os="10" xmlVersion="1.5" application="Ieum" appVersion="1.0"/>"#;
const SETTINGS: &str = r#"<ha:HWPApplicationSetting xmlns:ha="http://www.hancom.co.kr/hwpml/2011/app"><ha:CaretPosition listIDRef="0" paraIDRef="0" pos="0"/></ha:HWPApplicationSetting>"#;
const CONTAINER: &str = r#"<ocf:container xmlns:ocf="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:hpf="http://www.hancom.co.kr/schema/2011/hpf"><ocf:rootfiles><ocf:rootfile full-path="Contents/content.hpf" media-type="application/hwpml-package+xml"/><ocf:rootfile full-path="Preview/PrvText.txt" media-type="text/plain"/></ocf:rootfiles></ocf:container>"#;
const MANIFEST: &str = r#"<odf:manifest xmlns:odf="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#;
/// The picture of the QR code, in the package and in the list of its parts.
const PICTURE: &str = "BinData/qr.bmp";

/// The file's bytes.
///
/// # Errors
/// Where the package cannot be written; in memory only for want of it.
pub(crate) fn bytes(sheet: &Sheet<'_>) -> Result<Vec<u8>, ZipError> {
    let written = body::section(sheet);
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    let as_is = SimpleFileOptions::default().last_modified_time(DateTime::DEFAULT).unix_permissions(0o644);
    let stored = as_is.compression_method(CompressionMethod::Stored);
    let packed = as_is.compression_method(CompressionMethod::Deflated);
    let mut part = |name: &str, options: SimpleFileOptions, parts: &[&[u8]]| {
        package.start_file(name, options)?;
        parts.iter().try_for_each(|bytes| package.write_all(bytes))?;
        Ok::<_, ZipError>(())
    };
    // First and as it is, so that whoever looks at the file's beginning knows it.
    part("mimetype", stored, &[KIND.as_bytes()])?;
    part("version.xml", stored, &[XML.as_bytes(), VERSION.as_bytes()])?;
    part("Contents/header.xml", packed, &[XML.as_bytes(), head::head(sheet.content).as_bytes()])?;
    part("Contents/section0.xml", packed, &[XML.as_bytes(), written.section.as_bytes()])?;
    if let Some(code) = sheet.code {
        part(PICTURE, packed, &[&qr::bitmap(code)])?;
    }
    part("Preview/PrvText.txt", packed, &[written.preview.as_bytes()])?;
    part("settings.xml", packed, &[XML.as_bytes(), SETTINGS.as_bytes()])?;
    part("META-INF/container.xml", packed, &[XML.as_bytes(), CONTAINER.as_bytes()])?;
    part("Contents/content.hpf", packed, &[XML.as_bytes(), contents(sheet).as_bytes()])?;
    part("META-INF/manifest.xml", packed, &[XML.as_bytes(), MANIFEST.as_bytes()])?;
    Ok(package.finish()?.into_inner())
}

/// `content.hpf`: what is in the package, in its order. Of the paper only its title, of people nothing.
fn contents(sheet: &Sheet<'_>) -> String {
    let title = xml::escaped(&sheet.content.title);
    let picture = if sheet.code.is_some() {
        format!(r#"<opf:item id="qr" href="{PICTURE}" media-type="image/bmp" isEmbeded="1"/>"#)
    } else {
        String::new()
    };
    format!(
        r#"<opf:package{NAMES} version="" unique-identifier="" id=""><opf:metadata><opf:title>{title}</opf:title><opf:language>ko</opf:language></opf:metadata><opf:manifest><opf:item id="header" href="Contents/header.xml" media-type="application/xml"/>{picture}<opf:item id="section0" href="Contents/section0.xml" media-type="application/xml"/><opf:item id="settings" href="settings.xml" media-type="application/xml"/></opf:manifest><opf:spine><opf:itemref idref="header" linear="yes"/><opf:itemref idref="section0" linear="yes"/></opf:spine></opf:package>"#
    )
}

#[cfg(test)]
mod tests;
