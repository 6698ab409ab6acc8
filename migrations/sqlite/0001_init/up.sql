-- The whole first schema. Sealed columns hold text from `store/vault.rs`.

CREATE TABLE settings (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE dongs (
    code TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    ward_code TEXT NOT NULL
) STRICT;

CREATE TABLE complexes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    households INTEGER NOT NULL,
    approved_on TEXT,
    permit TEXT,
    tenure TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (code)
) STRICT;

CREATE TABLE bodies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    code TEXT,
    name TEXT NOT NULL,
    ward_code TEXT NOT NULL,
    dong_code TEXT,
    complex_id INTEGER,
    phone TEXT NOT NULL,
    email TEXT NOT NULL,
    controller TEXT NOT NULL,
    venue TEXT,
    answer_days INTEGER,
    calendar TEXT,
    from_on TEXT,
    until_on TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (code)
) STRICT;

CREATE TABLE programmes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    year INTEGER,
    ward_code TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (name)
) STRICT;

CREATE TABLE complex_facts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    complex_id INTEGER NOT NULL REFERENCES complexes (id),
    from_at TEXT NOT NULL,
    dong_code TEXT NOT NULL REFERENCES dongs (code),
    committee TEXT NOT NULL,
    programme_id INTEGER REFERENCES programmes (id),
    UNIQUE (complex_id, from_at)
) STRICT;

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,
    email_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    password_hash TEXT,
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    password_changed_at TEXT,
    digest INTEGER NOT NULL,
    digest_week TEXT NOT NULL,
    UNIQUE (email_hash)
) STRICT;

-- What holds of a programme from a day on; never edited, only followed by another line.
CREATE TABLE programme_terms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    programme_id INTEGER NOT NULL REFERENCES programmes (id),
    holds_on TEXT NOT NULL,
    ngo_id INTEGER REFERENCES bodies (id),
    from_on TEXT,
    until_on TEXT,
    basis TEXT NOT NULL,
    budget_won INTEGER,
    activities TEXT NOT NULL,
    mediators INTEGER NOT NULL,
    reason TEXT NOT NULL,
    by_user INTEGER REFERENCES users (id),
    created_at TEXT NOT NULL
) STRICT;

-- What was done in a programme: its stages, its plan, what was held and spent. Never edited, only followed by another line.
CREATE TABLE programme_lines (
    programme_id INTEGER NOT NULL REFERENCES programmes (id),
    seq INTEGER NOT NULL,
    on_day TEXT NOT NULL,
    step TEXT NOT NULL,
    stage TEXT,
    payload TEXT NOT NULL,
    by_user INTEGER REFERENCES users (id),
    created_at TEXT NOT NULL,
    PRIMARY KEY (programme_id, seq)
) STRICT;

CREATE TABLE grants (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    body_id INTEGER REFERENCES bodies (id),
    from_at TEXT NOT NULL,
    until_at TEXT,
    granted_by INTEGER REFERENCES users (id),
    ended_by INTEGER REFERENCES users (id),
    created_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;

CREATE TABLE logins (
    token_hash TEXT PRIMARY KEY NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    role TEXT,
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ip TEXT NOT NULL,
    agent TEXT NOT NULL,
    csrf TEXT NOT NULL
) STRICT;

CREATE TABLE api_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT,
    last_used_at TEXT,
    UNIQUE (token_hash)
) STRICT;

CREATE TABLE saved_views (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    page TEXT NOT NULL,
    query TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE mediators (
    user_id INTEGER PRIMARY KEY REFERENCES users (id),
    body_id INTEGER NOT NULL REFERENCES bodies (id),
    label TEXT NOT NULL,
    dongs TEXT NOT NULL,
    days TEXT NOT NULL,
    languages TEXT NOT NULL,
    max_load INTEGER NOT NULL,
    trained_until TEXT,
    conflicts TEXT NOT NULL,
    hours TEXT NOT NULL,
    wishes TEXT NOT NULL,
    relations TEXT NOT NULL,
    leave_from TEXT,
    leave_until TEXT
) STRICT;

CREATE TABLE mediator_trainings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    on_date TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    title TEXT NOT NULL,
    created_by INTEGER REFERENCES users (id),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE rooms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ward_code TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    capacity INTEGER NOT NULL,
    days TEXT NOT NULL,
    opens INTEGER NOT NULL,
    closes INTEGER NOT NULL,
    until_on TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (ward_code, name)
) STRICT;

CREATE TABLE cases (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL,
    ledger_ref TEXT,
    complex_id INTEGER REFERENCES complexes (id),
    complex_typed TEXT,
    ward_code TEXT NOT NULL,
    dong_code TEXT,
    committee TEXT NOT NULL,
    programme_id INTEGER,
    received_at TEXT NOT NULL,
    channel TEXT NOT NULL,
    cause TEXT NOT NULL,
    position TEXT NOT NULL,
    anonymous INTEGER NOT NULL,
    filed_with_respondent_unit INTEGER NOT NULL,
    has_respondent_unit INTEGER NOT NULL,
    applicant_unit_hash TEXT,
    respondent_unit_hash TEXT,
    office_id INTEGER REFERENCES bodies (id),
    committee_id INTEGER REFERENCES bodies (id),
    ngo_id INTEGER REFERENCES bodies (id),
    ward_id INTEGER REFERENCES bodies (id),
    holder_id INTEGER REFERENCES bodies (id),
    stage TEXT NOT NULL,
    outcome TEXT,
    span_started_at TEXT NOT NULL,
    closed_at TEXT,
    legacy INTEGER NOT NULL,
    next_duty TEXT,
    next_due TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (number),
    UNIQUE (ledger_ref)
) STRICT;

CREATE TABLE case_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    actor_user INTEGER REFERENCES users (id),
    actor_role TEXT NOT NULL,
    step TEXT NOT NULL,
    visibility TEXT NOT NULL,
    late INTEGER NOT NULL,
    voided INTEGER NOT NULL,
    payload TEXT NOT NULL,
    UNIQUE (case_id, seq)
) STRICT;

CREATE TABLE case_marks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    seq INTEGER NOT NULL,
    ord INTEGER NOT NULL,
    at TEXT NOT NULL,
    event TEXT NOT NULL,
    detail TEXT NOT NULL,
    missing INTEGER NOT NULL
) STRICT;

CREATE TABLE case_holders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    body_id INTEGER REFERENCES bodies (id),
    from_at TEXT NOT NULL,
    until_at TEXT
) STRICT;

CREATE TABLE case_people (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    user_id INTEGER NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    from_at TEXT NOT NULL,
    until_at TEXT
) STRICT;

CREATE TABLE case_offers (
    case_id INTEGER NOT NULL REFERENCES cases (id),
    seq INTEGER NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    state TEXT NOT NULL,
    sent_at TEXT NOT NULL,
    answer_by TEXT NOT NULL,
    PRIMARY KEY (case_id, seq)
) STRICT;

CREATE TABLE case_sessions (
    case_id INTEGER NOT NULL REFERENCES cases (id),
    seq INTEGER NOT NULL,
    state TEXT NOT NULL,
    kind TEXT NOT NULL,
    room_id INTEGER REFERENCES rooms (id),
    side TEXT,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (case_id, seq)
) STRICT;

CREATE TABLE service_hours (
    case_id INTEGER NOT NULL REFERENCES cases (id),
    seq INTEGER NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    body_id INTEGER REFERENCES bodies (id),
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    PRIMARY KEY (case_id, seq, user_id)
) STRICT;

CREATE TABLE case_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    other_id INTEGER NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (case_id, other_id, kind)
) STRICT;

-- What the ward's figures are added up from: derived from the case and its events, written with them (store/kept.rs).
CREATE TABLE case_figures (
    case_id INTEGER NOT NULL REFERENCES cases (id),
    ord INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at_us INTEGER NOT NULL,
    undone_us INTEGER,
    last_us INTEGER,
    ward_code TEXT NOT NULL,
    dong_code TEXT NOT NULL,
    code TEXT NOT NULL,
    standing TEXT NOT NULL,
    flags INTEGER NOT NULL,
    first_contact_us INTEGER,
    contacted_us INTEGER,
    session_us INTEGER,
    closed_us INTEGER,
    open_us INTEGER,
    pair TEXT,
    recurs INTEGER,
    -- Clustered by ward and time: whatever a period asks of a ward lies together, however large the nation is.
    PRIMARY KEY (ward_code, at_us, case_id, ord)
) STRICT, WITHOUT ROWID;

-- Whom the satisfaction survey was asked of and what they answered, kept beside the case as case_figures are.
CREATE TABLE case_surveys (
    case_id INTEGER NOT NULL REFERENCES cases (id),
    place INTEGER NOT NULL,
    side TEXT NOT NULL,
    asked_on TEXT NOT NULL,
    answered_at TEXT,
    scores TEXT NOT NULL,
    ward_code TEXT NOT NULL,
    committee_id INTEGER,
    ngo_id INTEGER,
    programme_id INTEGER,
    PRIMARY KEY (case_id, place)
) STRICT;

CREATE TABLE case_recurrences (
    case_id INTEGER PRIMARY KEY REFERENCES cases (id),
    recurs INTEGER NOT NULL
) STRICT;

CREATE TABLE case_holds (
    case_id INTEGER PRIMARY KEY REFERENCES cases (id),
    since TEXT NOT NULL
) STRICT;

CREATE TABLE disposals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER REFERENCES cases (id),
    kind TEXT NOT NULL,
    due_at TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    approved_at TEXT,
    approved_by INTEGER REFERENCES users (id),
    done_at TEXT,
    amount INTEGER NOT NULL,
    detail TEXT NOT NULL,
    certificate TEXT
) STRICT;

CREATE TABLE case_search (
    case_id INTEGER PRIMARY KEY REFERENCES cases (id),
    sealed TEXT NOT NULL
) STRICT;

CREATE TABLE referrals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    seq INTEGER NOT NULL,
    body_id INTEGER NOT NULL REFERENCES bodies (id),
    from_id INTEGER REFERENCES bodies (id),
    state TEXT NOT NULL,
    sent_at TEXT NOT NULL,
    answered_at TEXT,
    UNIQUE (case_id, seq)
) STRICT;

CREATE TABLE referral_packets (
    case_id INTEGER NOT NULL REFERENCES cases (id),
    seq INTEGER NOT NULL,
    sides TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (case_id, seq)
) STRICT;

CREATE TABLE parties (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    side TEXT NOT NULL,
    kind TEXT NOT NULL,
    seq INTEGER,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    email TEXT NOT NULL,
    building TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_hash TEXT,
    disclosure TEXT NOT NULL,
    may_tell TEXT NOT NULL,
    from_at TEXT NOT NULL,
    until_at TEXT,
    destroyed_at TEXT
) STRICT;

CREATE TABLE consents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    party_id INTEGER REFERENCES parties (id),
    side TEXT NOT NULL,
    purpose TEXT NOT NULL,
    recipient TEXT NOT NULL,
    controller TEXT NOT NULL,
    text_version TEXT NOT NULL,
    method TEXT NOT NULL,
    given INTEGER NOT NULL,
    at TEXT NOT NULL,
    withdrawn_at TEXT
) STRICT;

CREATE TABLE duties (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER REFERENCES cases (id),
    kind TEXT NOT NULL,
    due_at TEXT NOT NULL,
    body_id INTEGER REFERENCES bodies (id),
    user_id INTEGER REFERENCES users (id),
    detail TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    purpose TEXT NOT NULL,
    case_id INTEGER REFERENCES cases (id),
    user_id INTEGER REFERENCES users (id),
    side TEXT,
    seq INTEGER,
    detail TEXT,
    code_hash TEXT,
    tries INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    revoked_at TEXT,
    answer TEXT
) STRICT;

CREATE TABLE link_codes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    link_id INTEGER NOT NULL REFERENCES links (id),
    code_hash TEXT NOT NULL,
    browser_hash TEXT NOT NULL,
    tries INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
) STRICT;

CREATE TABLE attempts (
    key TEXT PRIMARY KEY NOT NULL,
    window_start TEXT NOT NULL,
    count INTEGER NOT NULL
) STRICT;

CREATE TABLE drafts (
    id_hash TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_key TEXT NOT NULL,
    case_id INTEGER REFERENCES cases (id),
    recipient TEXT NOT NULL,
    template TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at TEXT NOT NULL,
    not_before TEXT NOT NULL,
    leased_until TEXT,
    attempts INTEGER NOT NULL,
    state TEXT NOT NULL,
    error TEXT NOT NULL,
    sent_at TEXT,
    sent_text TEXT,
    urgent_at TEXT,
    needed_by TEXT,
    undo_until TEXT,
    undo_by INTEGER REFERENCES users (id),
    UNIQUE (message_key)
) STRICT;

CREATE TABLE inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_hash TEXT NOT NULL,
    received_at TEXT NOT NULL,
    what TEXT NOT NULL,
    fate TEXT NOT NULL,
    why TEXT,
    mail_id INTEGER,
    case_id INTEGER REFERENCES cases (id),
    sender TEXT NOT NULL,
    status TEXT NOT NULL,
    payload TEXT NOT NULL,
    settled_at TEXT,
    settled_by INTEGER REFERENCES users (id),
    UNIQUE (message_hash)
) STRICT;

CREATE TABLE mail_stops (
    recipient TEXT PRIMARY KEY NOT NULL,
    bounces INTEGER NOT NULL,
    bounced_at TEXT NOT NULL,
    stopped_at TEXT
) STRICT;

CREATE TABLE idempotency (
    key TEXT PRIMARY KEY NOT NULL,
    user_id INTEGER REFERENCES users (id),
    request_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE access_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    user_id INTEGER REFERENCES users (id),
    actor TEXT NOT NULL,
    body_id INTEGER REFERENCES bodies (id),
    ip TEXT NOT NULL,
    case_id INTEGER REFERENCES cases (id),
    sides TEXT NOT NULL,
    what TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    user_id INTEGER REFERENCES users (id),
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE TABLE counters (
    name TEXT PRIMARY KEY NOT NULL,
    value INTEGER NOT NULL
) STRICT;

CREATE TABLE body_rules (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    body_id INTEGER NOT NULL REFERENCES bodies (id),
    from_on TEXT NOT NULL,
    rules TEXT NOT NULL,
    basis TEXT NOT NULL,
    created_by INTEGER REFERENCES users (id),
    created_at TEXT NOT NULL,
    UNIQUE (body_id, from_on)
) STRICT;

CREATE TABLE delegations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    body_id INTEGER NOT NULL REFERENCES bodies (id),
    from_at TEXT NOT NULL,
    entries TEXT NOT NULL,
    basis TEXT NOT NULL,
    created_by INTEGER REFERENCES users (id),
    created_at TEXT NOT NULL,
    UNIQUE (body_id, from_at)
) STRICT;

CREATE TABLE appointments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    body_id INTEGER NOT NULL REFERENCES bodies (id),
    user_id INTEGER REFERENCES users (id),
    person TEXT NOT NULL,
    post TEXT NOT NULL,
    votes INTEGER NOT NULL,
    category TEXT NOT NULL,
    selection TEXT NOT NULL,
    office TEXT NOT NULL,
    note TEXT NOT NULL,
    from_on TEXT NOT NULL,
    until_on TEXT,
    appointed_on TEXT,
    accepted_on TEXT,
    pledged_on TEXT,
    ended_on TEXT,
    end_reason TEXT,
    renews_id INTEGER REFERENCES appointments (id),
    replaces_id INTEGER REFERENCES appointments (id),
    announced INTEGER NOT NULL,
    created_by INTEGER REFERENCES users (id),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE trainings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    seat_id INTEGER NOT NULL REFERENCES appointments (id),
    on_date TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    provider TEXT NOT NULL,
    certificate TEXT NOT NULL,
    mode TEXT NOT NULL,
    created_by INTEGER REFERENCES users (id),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE recusals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    seat_id INTEGER NOT NULL REFERENCES appointments (id),
    kind TEXT NOT NULL,
    ground TEXT NOT NULL,
    state TEXT NOT NULL,
    note TEXT NOT NULL,
    created_by INTEGER REFERENCES users (id),
    created_at TEXT NOT NULL,
    decided_at TEXT,
    UNIQUE (case_id, seat_id)
) STRICT;

CREATE TABLE meetings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    body_id INTEGER NOT NULL REFERENCES bodies (id),
    rules TEXT NOT NULL,
    state TEXT NOT NULL,
    sort TEXT NOT NULL,
    starts_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE meeting_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    meeting_id INTEGER NOT NULL REFERENCES meetings (id),
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    actor_user INTEGER REFERENCES users (id),
    actor_role TEXT NOT NULL,
    step TEXT NOT NULL,
    payload TEXT NOT NULL,
    UNIQUE (meeting_id, seq)
) STRICT;

CREATE TABLE meeting_cases (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    meeting_id INTEGER NOT NULL REFERENCES meetings (id),
    case_id INTEGER NOT NULL REFERENCES cases (id),
    shown INTEGER NOT NULL,
    UNIQUE (meeting_id, case_id)
) STRICT;

CREATE TABLE committee_obligations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    complex_id INTEGER NOT NULL REFERENCES complexes (id),
    from_on TEXT NOT NULL,
    required INTEGER NOT NULL,
    reason TEXT NOT NULL,
    created_by INTEGER REFERENCES users (id),
    created_at TEXT NOT NULL,
    UNIQUE (complex_id, from_on)
) STRICT;

CREATE TABLE handovers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    body_id INTEGER NOT NULL REFERENCES bodies (id),
    giver_id INTEGER NOT NULL REFERENCES users (id),
    taker_id INTEGER NOT NULL REFERENCES users (id),
    payload TEXT NOT NULL,
    giver_signed_at TEXT,
    giver_method TEXT,
    taker_signed_at TEXT,
    taker_method TEXT,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE committee_reminders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    complex_id INTEGER NOT NULL REFERENCES complexes (id),
    on_date TEXT NOT NULL,
    mails INTEGER NOT NULL,
    created_by INTEGER REFERENCES users (id),
    created_at TEXT NOT NULL,
    UNIQUE (complex_id, on_date)
) STRICT;

CREATE TABLE publications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ward_code TEXT NOT NULL,
    kind TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    version INTEGER NOT NULL,
    openness TEXT NOT NULL,
    document TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    exact TEXT NOT NULL,
    published_by INTEGER REFERENCES users (id),
    published_at TEXT NOT NULL,
    UNIQUE (ward_code, kind, from_on, to_on, version)
) STRICT;

CREATE TABLE desk_stand_ins (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    user_id INTEGER NOT NULL REFERENCES users (id),
    created_by INTEGER REFERENCES users (id),
    created_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;

CREATE TABLE meeting_scans (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    meeting_id INTEGER NOT NULL REFERENCES meetings (id),
    kind TEXT NOT NULL,
    size INTEGER NOT NULL,
    digest TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_by INTEGER REFERENCES users (id),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE evidence (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    number INTEGER NOT NULL,
    side TEXT NOT NULL,
    kind TEXT NOT NULL,
    voices TEXT,
    about TEXT NOT NULL,
    size INTEGER NOT NULL,
    parts INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    sent_sha256 TEXT NOT NULL,
    key TEXT NOT NULL,
    file TEXT,
    added_by INTEGER REFERENCES users (id),
    added_as TEXT NOT NULL,
    added_at TEXT NOT NULL,
    agreement INTEGER,
    taken_back_at TEXT,
    UNIQUE (case_id, number)
) STRICT;

CREATE TABLE diary (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    at TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    kind TEXT NOT NULL,
    felt TEXT NOT NULL,
    note TEXT,
    added_by INTEGER REFERENCES users (id),
    added_as TEXT NOT NULL,
    added_at TEXT NOT NULL
) STRICT;
CREATE INDEX diary_of_case ON diary (case_id, at);
CREATE TABLE evidence_parts (
    evidence_id INTEGER NOT NULL REFERENCES evidence (id),
    part INTEGER NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (evidence_id, part)
) STRICT;

CREATE TABLE pledges (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    body_id INTEGER NOT NULL REFERENCES bodies (id),
    version TEXT NOT NULL,
    signed_at TEXT NOT NULL,
    UNIQUE (user_id, body_id)
) STRICT;

CREATE INDEX bodies_kind_ward_code ON bodies (kind, ward_code);

CREATE INDEX bodies_complex_id ON bodies (complex_id);

CREATE INDEX grants_user_id ON grants (user_id);

CREATE INDEX grants_body_id ON grants (body_id);

CREATE INDEX logins_user_id ON logins (user_id);

CREATE INDEX cases_stage_next_due ON cases (stage, next_due);

CREATE INDEX cases_received_at_id ON cases (received_at, id);

CREATE INDEX cases_complex_id_received_at ON cases (complex_id, received_at);

CREATE INDEX cases_office_id_received_at ON cases (office_id, received_at, id, cause);

CREATE INDEX cases_office_id_open ON cases (office_id, received_at, id, stage, cause) WHERE closed_at IS NULL;

CREATE INDEX cases_office_id_due ON cases (office_id, received_at, id, next_due, closed_at) WHERE next_due IS NOT NULL;

CREATE INDEX cases_committee_id_received_at ON cases (committee_id, received_at, id, stage, office_id, holder_id);

CREATE INDEX cases_committee_id_cause ON cases (committee_id, cause, received_at, id, stage, office_id, holder_id, closed_at);

CREATE INDEX cases_committee_id_open ON cases (committee_id, received_at, id, stage, cause) WHERE closed_at IS NULL;

CREATE INDEX cases_committee_id_due ON cases (committee_id, received_at, id, next_due, closed_at) WHERE next_due IS NOT NULL;

CREATE INDEX cases_ngo_id ON cases (ngo_id);

CREATE INDEX cases_holder_id_received_at ON cases (holder_id, received_at, id);

CREATE INDEX cases_holder_id_cause ON cases (holder_id, cause, received_at, id, closed_at);

CREATE INDEX cases_holder_id_open ON cases (holder_id, received_at, id, stage, cause) WHERE closed_at IS NULL;

CREATE INDEX cases_holder_id_due ON cases (holder_id, received_at, id, next_due, closed_at) WHERE next_due IS NOT NULL;

CREATE INDEX cases_ward_code_dong_code ON cases (ward_code, dong_code);

CREATE INDEX cases_programme_id ON cases (programme_id) WHERE programme_id IS NOT NULL;

CREATE INDEX cases_applicant_unit_hash ON cases (applicant_unit_hash);

CREATE INDEX cases_respondent_unit_hash ON cases (respondent_unit_hash);

CREATE INDEX case_marks_case_id_at ON case_marks (case_id, at);

CREATE UNIQUE INDEX case_figures_case_id_ord ON case_figures (case_id, ord);

CREATE INDEX case_figures_ward_code_dong_code ON case_figures (ward_code, dong_code, kind, at_us);

CREATE INDEX case_figures_ward_code_undone_us ON case_figures (ward_code, undone_us, dong_code) WHERE undone_us IS NOT NULL;

CREATE INDEX case_figures_ward_code_last_us ON case_figures (ward_code, last_us) WHERE last_us IS NOT NULL;

CREATE INDEX case_figures_ward_code_open_us ON case_figures (ward_code, open_us, dong_code) WHERE open_us IS NOT NULL;

CREATE INDEX case_figures_pair ON case_figures (pair, at_us) WHERE pair IS NOT NULL;

CREATE INDEX case_surveys_asked_on ON case_surveys (asked_on) WHERE answered_at IS NULL;

CREATE INDEX case_surveys_ward_code_asked_on ON case_surveys (ward_code, asked_on);

CREATE INDEX case_surveys_committee_id_asked_on ON case_surveys (committee_id, asked_on);

CREATE INDEX case_surveys_ngo_id_asked_on ON case_surveys (ngo_id, asked_on);

CREATE INDEX case_surveys_programme_id_asked_on ON case_surveys (programme_id, asked_on);

CREATE INDEX case_holders_case_id ON case_holders (case_id);

CREATE INDEX case_people_user_id_case_id ON case_people (user_id, case_id);

CREATE INDEX case_people_case_id ON case_people (case_id);

CREATE INDEX case_offers_user_id ON case_offers (user_id);

CREATE INDEX case_sessions_starts_at ON case_sessions (starts_at);

CREATE INDEX case_sessions_room_id_starts_at ON case_sessions (room_id, starts_at);

CREATE INDEX service_hours_user_id_at ON service_hours (user_id, at);

CREATE INDEX service_hours_body_id_at ON service_hours (body_id, at);

CREATE INDEX mediator_trainings_user_id ON mediator_trainings (user_id);

CREATE INDEX case_links_other_id ON case_links (other_id);

CREATE INDEX referrals_body_id_state ON referrals (body_id, state);

CREATE INDEX parties_case_id ON parties (case_id);

CREATE INDEX parties_unit_hash ON parties (unit_hash);

CREATE INDEX consents_case_id ON consents (case_id);

CREATE INDEX disposals_case_id ON disposals (case_id);

CREATE INDEX duties_case_id ON duties (case_id);

CREATE INDEX duties_body_id_due_at ON duties (body_id, due_at);

CREATE INDEX duties_user_id_due_at ON duties (user_id, due_at);

CREATE INDEX links_case_id_purpose ON links (case_id, purpose);

CREATE INDEX links_code_hash ON links (code_hash);

CREATE INDEX link_codes_link_id ON link_codes (link_id);

CREATE INDEX outbox_state_not_before ON outbox (state, not_before);

CREATE INDEX outbox_state_needed_by ON outbox (state, needed_by);

CREATE INDEX outbox_case_id ON outbox (case_id);

CREATE INDEX outbox_recipient_sent_at ON outbox (recipient, sent_at);

CREATE INDEX outbox_sent_at ON outbox (sent_at);

CREATE INDEX inbox_case_id ON inbox (case_id);

CREATE INDEX inbox_sender_received_at ON inbox (sender, received_at);

CREATE INDEX inbox_fate_received_at ON inbox (fate, received_at);

CREATE INDEX idempotency_created_at ON idempotency (created_at);

CREATE INDEX access_log_case_id_at ON access_log (case_id, at);

CREATE INDEX access_log_user_id_at ON access_log (user_id, at);

CREATE INDEX audit_at ON audit (at);

CREATE INDEX appointments_body_id ON appointments (body_id);

CREATE INDEX appointments_user_id ON appointments (user_id);

CREATE INDEX trainings_seat_id ON trainings (seat_id);

CREATE INDEX recusals_seat_id ON recusals (seat_id);

CREATE INDEX meetings_body_id ON meetings (body_id);

CREATE INDEX meeting_cases_case_id ON meeting_cases (case_id);

CREATE INDEX saved_views_user_id ON saved_views (user_id);

CREATE INDEX handovers_body_id ON handovers (body_id);

CREATE INDEX desk_stand_ins_case_id ON desk_stand_ins (case_id);

CREATE INDEX desk_stand_ins_user_id ON desk_stand_ins (user_id);

CREATE INDEX meeting_scans_meeting_id ON meeting_scans (meeting_id);

CREATE INDEX evidence_file ON evidence (file);
