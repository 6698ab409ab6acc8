// A real SMTP server that keeps every mail it is handed, and reads it as a mail program would.
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

/** Resolves to `{ port, mails, next(wanted), stop() }`; each mail is `{ to, raw, subject, text, html, calendar, … }`. */
export async function openPostOffice() {
  const mails = [];
  const waiting = new Set();
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    onData(stream, session, done) {
      const pieces = [];
      stream.on("data", (piece) => pieces.push(piece));
      stream.on("end", () => {
        read(Buffer.concat(pieces), session.envelope.rcptTo.map(({ address }) => address)).then((mail) => {
          mails.push(mail);
          for (const look of waiting) look();
          done();
        }, done);
      });
    },
  });
  server.on("error", () => {});
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    port: server.server.address().port,
    mails,
    /** The first mail not yet handed out to this recipient whose `X-Case-Event` is `event`; waits until it arrives. */
    next(to, event, number) {
      const wanted = (mail) => !mail.opened && mail.to.includes(to) && mail.event === event && (!number || mail.subject.includes(number));
      return new Promise((found, fail) => {
        const look = () => {
          const mail = mails.find(wanted);
          if (!mail) return;
          clearTimeout(late);
          waiting.delete(look);
          mail.opened = true;
          found(mail);
        };
        const late = setTimeout(() => {
          waiting.delete(look);
          fail(new Error(`no mail ${event} to ${to} arrived; there are: ${mails.map((m) => `${m.event} to ${m.to}`).join(", ")}`));
        }, 30_000);
        waiting.add(look);
        look();
      });
    },
    stop: () => new Promise((stopped) => server.close(stopped)),
  };
}

async function read(raw, to) {
  const mail = await PostalMime.parse(raw);
  const header = (name) => mail.headers.find(({ key }) => key === name)?.value ?? "";
  const decode = (content) => (typeof content === "string" ? content : new TextDecoder().decode(content));
  const attachments = mail.attachments.map((part) => ({ type: part.mimeType, name: part.filename, content: decode(part.content) }));
  return {
    to,
    raw: raw.toString("latin1"),
    event: header("x-case-event"),
    header,
    subject: mail.subject ?? "",
    text: mail.text ?? "",
    html: mail.html ?? "",
    attachments,
    // A long line of a calendar is folded; a name must not hide behind the fold.
    calendar: attachments.find(({ type }) => type === "text/calendar")?.content.replaceAll(/\r?\n[ \t]/g, "") ?? "",
    opened: false,
  };
}

/** The addresses of ours in the text of a mail. */
export function links(mail) {
  return [...mail.text.matchAll(/^https?:\/\/\S+$/gm)].map(([url]) => url);
}
