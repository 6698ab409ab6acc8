//! Reads every template's source and refuses what escaping cannot make safe.

#![expect(
    clippy::string_slice,
    reason = "a test that cuts its own repository's files at positions it found in them"
)]

use super::Embedded;

/// Every finding in one template, as "line N: what". Mail clients drop style sheets, so mails may carry `style`.
fn findings(source: &str, in_mail: bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = source;
    let mut line = 1;
    let mut say = |line: usize, what: String| found.push(format!("line {line}: {what}"));
    if source.contains("{{{") || source.contains("{{&") {
        say(0, "unescaped output ({{{ or {{&)".to_owned());
    }
    while let Some(at) = rest.find('<') {
        line += rest[..at].matches('\n').count();
        rest = &rest[at..];
        if rest.starts_with("<!--") {
            let end = rest.find("-->").map_or(rest.len(), |e| e + 3);
            line += rest[..end].matches('\n').count();
            rest = &rest[end..];
            continue;
        }
        if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            rest = &rest[1..];
            continue;
        }
        let end = tag_end(rest);
        let tag = &rest[..end];
        for what in tag_findings(tag, in_mail) {
            say(line, what);
        }
        let inside = rest[end..].trim_start();
        if tag.starts_with("<script") && !inside.starts_with("</script>") {
            say(line, "a script with content".to_owned());
        }
        if tag.starts_with("<style") && tag[6..].starts_with([' ', '>']) {
            say(line, "an inline style sheet".to_owned());
        }
        line += tag.matches('\n').count();
        rest = &rest[end..];
    }
    found
}

/// The length of the tag at the start of `source`; `>` inside quotes or mustaches does not end it.
fn tag_end(source: &str) -> usize {
    let (mut quote, mut depth) = (None, 0_i32);
    for (i, c) in source.char_indices() {
        if source[i..].starts_with("{{") {
            depth += 1;
        }
        if source[..i].ends_with("}}") {
            depth -= 1;
        }
        match c {
            '"' | '\'' if depth > 0 => {}
            '"' | '\'' if quote == Some(c) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(c),
            '>' if quote.is_none() && depth <= 0 => return i + 1,
            _ => {}
        }
    }
    source.len()
}

fn tag_findings(tag: &str, in_mail: bool) -> Vec<String> {
    let mut found = Vec::new();
    // Mustaches are blanked first, so that their own quotes and equal signs are not taken for the tag's.
    let blank = blank_mustaches(tag);
    for (at, _) in blank.match_indices('=') {
        let before = &blank[..at];
        if before.matches('"').count() % 2 == 1 {
            continue;
        }
        let name = before.rsplit([' ', '\n', '\t', '"']).next().unwrap_or("").to_ascii_lowercase();
        if !blank[at + 1..].starts_with('"') {
            found.push(format!("attribute {name} is not in double quotes"));
            continue;
        }
        let value_start = at + 2;
        let value_end = blank[value_start..].find('"').map_or(blank.len(), |e| value_start + e);
        let value = tag.get(value_start..value_end).unwrap_or("");
        if (name == "style" && !in_mail) || (name.starts_with("on") && name.len() > 3) {
            found.push(format!("attribute {name} is forbidden by the content security policy"));
        }
        let address =
            ["href", "src", "action", "formaction", "poster", "xlink:href"].contains(&name.as_str());
        let mailed = value.strip_prefix("{{base}}").or(value.strip_prefix("{{@root/base}}")).unwrap_or(value);
        if address && !mailed.starts_with("{{url ") {
            let literal = mailed.starts_with(['/', '#', '?'])
                || mailed.starts_with("tel:")
                || mailed.starts_with("sms:");
            let elsewhere = mailed.starts_with("//") || mailed.starts_with("/{{");
            if !literal || elsewhere {
                found.push(format!(
                    "{name}=\"{value}\" may lead elsewhere: start with an own path or use {{{{url …}}}}"
                ));
            }
        }
    }
    found
}

/// The tag with every `{{…}}` overwritten by underscores of the same length in bytes.
fn blank_mustaches(tag: &str) -> String {
    let mut out = String::new();
    let mut rest = tag;
    while let Some(start) = rest.find("{{") {
        let end = rest[start..].find("}}").map_or(rest.len(), |e| start + e + 2);
        out.push_str(&rest[..start]);
        out.push_str(&"_".repeat(end - start));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[test]
fn no_template_holds_what_escaping_cannot_make_safe() {
    let mut all = Vec::new();
    for path in Embedded::iter()
        .filter(|p| p.ends_with(".html.hbs") || (p.ends_with(".hbs") && !p.ends_with(".txt.hbs")))
    {
        let bytes = Embedded::get(&path).unwrap().data;
        let source = std::str::from_utf8(&bytes).unwrap();
        all.extend(
            findings(source, path.starts_with("mail/")).into_iter().map(|what| format!("{path} {what}")),
        );
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn the_lint_sees_each_fault() {
    for bad in [
        "{{{x}}}",
        "{{& x}}",
        "<a href={{url u}}>",
        "<a href='/x'>",
        "<p style=\"color:red\">",
        "<p onclick=\"x()\">",
        "<script>1</script>",
        "<script src=\"/a.js\">{{x}}</script>",
        "<style>p{}</style>",
        "<a href=\"{{u}}\">",
        "<a href=\"javascript:x\">",
        "<a href=\"/{{u}}\">",
        "<form action=\"https://a.example\">",
        "<input value={{x}}>",
        "<p class=\"a\" {{#if (eq a \"b\")}}hidden{{/if}} id={{x}}>",
        "<img src=\"//a.example/b.png\">",
    ] {
        assert!(!findings(bad, false).is_empty(), "{bad}");
    }
    for good in [
        "<a href=\"{{url u}}\">x</a>",
        "<a href=\"/cases/{{number}}/edit\">",
        "<script src=\"/static/app.js\" defer></script>",
        "<input name=\"a\" value=\"{{x}}\"{{#if (eq a \"b\")}} checked{{/if}} required>",
        "<!-- a=b -->",
        "{{#if (eq a 'b')}}1 < 2{{/if}}",
        "<a href=\"{{base}}{{url path}}\">",
        "<input{{#given x}} value=\"{{x}}\"{{/given}}>",
        "<meta content=\"width=device-width, initial-scale=1\" name=\"viewport\">",
        "<p title=\"a > b\">x</p>",
    ] {
        assert_eq!(findings(good, false), Vec::<String>::new(), "{good}");
    }
}
