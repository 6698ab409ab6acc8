//! One `table!` per table, for both databases; `tests/it/schema_parity.rs` holds it against the migrations.

diesel::table! {
    settings (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    dongs (code) {
        code -> Text,
        name -> Text,
        ward_code -> Text,
    }
}

diesel::table! {
    complexes (id) {
        id -> BigInt,
        code -> Text,
        name -> Text,
        households -> BigInt,
        approved_on -> Nullable<Date>,
        permit -> Nullable<Text>,
        tenure -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    bodies (id) {
        id -> BigInt,
        kind -> Text,
        code -> Nullable<Text>,
        name -> Text,
        ward_code -> Text,
        dong_code -> Nullable<Text>,
        complex_id -> Nullable<BigInt>,
        phone -> Text,
        email -> Text,
        controller -> Text,
        venue -> Nullable<Text>,
        answer_days -> Nullable<BigInt>,
        calendar -> Nullable<Text>,
        from_on -> Nullable<Date>,
        until_on -> Nullable<Date>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    programmes (id) {
        id -> BigInt,
        name -> Text,
        year -> Nullable<BigInt>,
        ward_code -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    programme_terms (id) {
        id -> BigInt,
        programme_id -> BigInt,
        holds_on -> Date,
        ngo_id -> Nullable<BigInt>,
        from_on -> Nullable<Date>,
        until_on -> Nullable<Date>,
        basis -> Text,
        budget_won -> Nullable<BigInt>,
        activities -> Text,
        mediators -> BigInt,
        reason -> Text,
        by_user -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    programme_lines (programme_id, seq) {
        programme_id -> BigInt,
        seq -> BigInt,
        on_day -> Date,
        step -> Text,
        stage -> Nullable<Text>,
        payload -> Text,
        by_user -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    complex_facts (id) {
        id -> BigInt,
        complex_id -> BigInt,
        from_at -> Timestamp,
        dong_code -> Text,
        committee -> Text,
        programme_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        email -> Text,
        email_hash -> Text,
        name -> Text,
        phone -> Text,
        password_hash -> Nullable<Text>,
        status -> Text,
        created_at -> Timestamp,
        password_changed_at -> Nullable<Timestamp>,
        digest -> Bool,
        digest_week -> Text,
    }
}

diesel::table! {
    grants (id) {
        id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        body_id -> Nullable<BigInt>,
        from_at -> Timestamp,
        until_at -> Nullable<Timestamp>,
        granted_by -> Nullable<BigInt>,
        ended_by -> Nullable<BigInt>,
        created_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    logins (token_hash) {
        token_hash -> Text,
        user_id -> BigInt,
        role -> Nullable<Text>,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        expires_at -> Timestamp,
        ip -> Text,
        agent -> Text,
        csrf -> Text,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> BigInt,
        user_id -> BigInt,
        name -> Text,
        token_hash -> Text,
        scopes -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    saved_views (id) {
        id -> BigInt,
        user_id -> BigInt,
        name -> Text,
        page -> Text,
        query -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    mediators (user_id) {
        user_id -> BigInt,
        body_id -> BigInt,
        label -> Text,
        dongs -> Text,
        days -> Text,
        languages -> Text,
        max_load -> BigInt,
        trained_until -> Nullable<Date>,
        conflicts -> Text,
        hours -> Text,
        wishes -> Text,
        relations -> Text,
        leave_from -> Nullable<Date>,
        leave_until -> Nullable<Date>,
    }
}
diesel::table! {
    mediator_trainings (id) {
        id -> BigInt,
        user_id -> BigInt,
        on_date -> Date,
        minutes -> BigInt,
        title -> Text,
        created_by -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}
diesel::table! {
    rooms (id) {
        id -> BigInt,
        ward_code -> Text,
        name -> Text,
        address -> Text,
        capacity -> BigInt,
        days -> Text,
        opens -> BigInt,
        closes -> BigInt,
        until_on -> Nullable<Date>,
        created_at -> Timestamp,
    }
}
diesel::table! {
    case_offers (case_id, seq) {
        case_id -> BigInt,
        seq -> BigInt,
        user_id -> BigInt,
        state -> Text,
        sent_at -> Timestamp,
        answer_by -> Timestamp,
    }
}
diesel::table! {
    case_sessions (case_id, seq) {
        case_id -> BigInt,
        seq -> BigInt,
        state -> Text,
        kind -> Text,
        room_id -> Nullable<BigInt>,
        side -> Nullable<Text>,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        sequence -> BigInt,
    }
}
diesel::table! {
    service_hours (case_id, seq, user_id) {
        case_id -> BigInt,
        seq -> BigInt,
        user_id -> BigInt,
        body_id -> Nullable<BigInt>,
        kind -> Text,
        at -> Timestamp,
        minutes -> BigInt,
    }
}

diesel::table! {
    cases (id) {
        id -> BigInt,
        number -> Text,
        ledger_ref -> Nullable<Text>,
        complex_id -> Nullable<BigInt>,
        complex_typed -> Nullable<Text>,
        ward_code -> Text,
        dong_code -> Nullable<Text>,
        committee -> Text,
        programme_id -> Nullable<BigInt>,
        received_at -> Timestamp,
        channel -> Text,
        cause -> Text,
        position -> Text,
        anonymous -> Bool,
        filed_with_respondent_unit -> Bool,
        has_respondent_unit -> Bool,
        applicant_unit_hash -> Nullable<Text>,
        respondent_unit_hash -> Nullable<Text>,
        office_id -> Nullable<BigInt>,
        committee_id -> Nullable<BigInt>,
        ngo_id -> Nullable<BigInt>,
        ward_id -> Nullable<BigInt>,
        holder_id -> Nullable<BigInt>,
        stage -> Text,
        outcome -> Nullable<Text>,
        span_started_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
        legacy -> Bool,
        next_duty -> Nullable<Text>,
        next_due -> Nullable<Timestamp>,
        version -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    case_events (id) {
        id -> BigInt,
        case_id -> BigInt,
        seq -> BigInt,
        at -> Timestamp,
        recorded_at -> Timestamp,
        actor_user -> Nullable<BigInt>,
        actor_role -> Text,
        step -> Text,
        visibility -> Text,
        late -> Bool,
        voided -> Bool,
        payload -> Text,
    }
}

diesel::table! {
    case_marks (id) {
        id -> BigInt,
        case_id -> BigInt,
        seq -> BigInt,
        ord -> BigInt,
        at -> Timestamp,
        event -> Text,
        detail -> Text,
        missing -> Bool,
    }
}

diesel::table! {
    case_holders (id) {
        id -> BigInt,
        case_id -> BigInt,
        body_id -> Nullable<BigInt>,
        from_at -> Timestamp,
        until_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    case_people (id) {
        id -> BigInt,
        case_id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        from_at -> Timestamp,
        until_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    case_links (id) {
        id -> BigInt,
        case_id -> BigInt,
        other_id -> BigInt,
        kind -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    case_figures (ward_code, at_us, case_id, ord) {
        case_id -> BigInt,
        ord -> BigInt,
        kind -> Text,
        at_us -> BigInt,
        undone_us -> Nullable<BigInt>,
        last_us -> Nullable<BigInt>,
        ward_code -> Text,
        dong_code -> Text,
        code -> Text,
        standing -> Text,
        flags -> BigInt,
        first_contact_us -> Nullable<BigInt>,
        contacted_us -> Nullable<BigInt>,
        session_us -> Nullable<BigInt>,
        closed_us -> Nullable<BigInt>,
        open_us -> Nullable<BigInt>,
        pair -> Nullable<Text>,
        recurs -> Nullable<Bool>,
    }
}

diesel::table! {
    case_surveys (case_id, place) {
        case_id -> BigInt,
        place -> Integer,
        side -> Text,
        asked_on -> Date,
        answered_at -> Nullable<Timestamp>,
        scores -> Text,
        ward_code -> Text,
        committee_id -> Nullable<BigInt>,
        ngo_id -> Nullable<BigInt>,
        programme_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    case_recurrences (case_id) {
        case_id -> BigInt,
        recurs -> Bool,
    }
}

diesel::table! {
    disposals (id) {
        id -> BigInt,
        case_id -> Nullable<BigInt>,
        kind -> Text,
        due_at -> Timestamp,
        proposed_at -> Timestamp,
        approved_at -> Nullable<Timestamp>,
        approved_by -> Nullable<BigInt>,
        done_at -> Nullable<Timestamp>,
        amount -> BigInt,
        detail -> Text,
        certificate -> Nullable<Text>,
    }
}

diesel::table! {
    case_holds (case_id) {
        case_id -> BigInt,
        since -> Timestamp,
    }
}

diesel::table! {
    case_search (case_id) {
        case_id -> BigInt,
        sealed -> Text,
    }
}

diesel::table! {
    referrals (id) {
        id -> BigInt,
        case_id -> BigInt,
        seq -> BigInt,
        body_id -> BigInt,
        from_id -> Nullable<BigInt>,
        state -> Text,
        sent_at -> Timestamp,
        answered_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    referral_packets (case_id, seq) {
        case_id -> BigInt,
        seq -> BigInt,
        sides -> Text,
        sealed -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    parties (id) {
        id -> BigInt,
        case_id -> BigInt,
        side -> Text,
        kind -> Text,
        seq -> Nullable<BigInt>,
        name -> Text,
        phone -> Text,
        email -> Text,
        building -> Text,
        unit -> Text,
        unit_hash -> Nullable<Text>,
        disclosure -> Text,
        may_tell -> Text,
        from_at -> Timestamp,
        until_at -> Nullable<Timestamp>,
        destroyed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    consents (id) {
        id -> BigInt,
        case_id -> BigInt,
        party_id -> Nullable<BigInt>,
        side -> Text,
        purpose -> Text,
        recipient -> Text,
        controller -> Text,
        text_version -> Text,
        method -> Text,
        given -> Bool,
        at -> Timestamp,
        withdrawn_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    duties (id) {
        id -> BigInt,
        case_id -> Nullable<BigInt>,
        kind -> Text,
        due_at -> Timestamp,
        body_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        detail -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    links (id) {
        id -> BigInt,
        purpose -> Text,
        case_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        side -> Nullable<Text>,
        seq -> Nullable<BigInt>,
        detail -> Nullable<Text>,
        code_hash -> Nullable<Text>,
        tries -> BigInt,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    link_codes (id) {
        id -> BigInt,
        link_id -> BigInt,
        code_hash -> Text,
        browser_hash -> Text,
        tries -> BigInt,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    attempts (key) {
        key -> Text,
        window_start -> Timestamp,
        count -> BigInt,
    }
}

diesel::table! {
    drafts (id_hash) {
        id_hash -> Text,
        kind -> Text,
        payload -> Text,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        message_key -> Text,
        case_id -> Nullable<BigInt>,
        recipient -> Text,
        template -> Text,
        payload -> Text,
        created_at -> Timestamp,
        not_before -> Timestamp,
        leased_until -> Nullable<Timestamp>,
        attempts -> BigInt,
        state -> Text,
        error -> Text,
        sent_at -> Nullable<Timestamp>,
        sent_text -> Nullable<Text>,
        urgent_at -> Nullable<Timestamp>,
        needed_by -> Nullable<Timestamp>,
        undo_until -> Nullable<Timestamp>,
        undo_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    inbox (id) {
        id -> BigInt,
        message_hash -> Text,
        received_at -> Timestamp,
        what -> Text,
        fate -> Text,
        why -> Nullable<Text>,
        mail_id -> Nullable<BigInt>,
        case_id -> Nullable<BigInt>,
        sender -> Text,
        status -> Text,
        payload -> Text,
        settled_at -> Nullable<Timestamp>,
        settled_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    mail_stops (recipient) {
        recipient -> Text,
        bounces -> BigInt,
        bounced_at -> Timestamp,
        stopped_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    idempotency (key) {
        key -> Text,
        user_id -> Nullable<BigInt>,
        request_hash -> Text,
        status -> BigInt,
        body -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    access_log (id) {
        id -> BigInt,
        at -> Timestamp,
        user_id -> Nullable<BigInt>,
        actor -> Text,
        body_id -> Nullable<BigInt>,
        ip -> Text,
        case_id -> Nullable<BigInt>,
        sides -> Text,
        what -> Text,
        reason -> Text,
    }
}

diesel::table! {
    audit (id) {
        id -> BigInt,
        at -> Timestamp,
        user_id -> Nullable<BigInt>,
        action -> Text,
        object -> Text,
        detail -> Text,
    }
}

diesel::table! {
    counters (name) {
        name -> Text,
        value -> BigInt,
    }
}

diesel::table! {
    body_rules (id) {
        id -> BigInt,
        body_id -> BigInt,
        from_on -> Date,
        rules -> Text,
        basis -> Text,
        created_by -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    delegations (id) {
        id -> BigInt,
        body_id -> BigInt,
        from_at -> Timestamp,
        entries -> Text,
        basis -> Text,
        created_by -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    appointments (id) {
        id -> BigInt,
        body_id -> BigInt,
        user_id -> Nullable<BigInt>,
        person -> Text,
        post -> Text,
        votes -> Bool,
        category -> Text,
        selection -> Text,
        office -> Text,
        note -> Text,
        from_on -> Date,
        until_on -> Nullable<Date>,
        appointed_on -> Nullable<Date>,
        accepted_on -> Nullable<Date>,
        pledged_on -> Nullable<Date>,
        ended_on -> Nullable<Date>,
        end_reason -> Nullable<Text>,
        renews_id -> Nullable<BigInt>,
        replaces_id -> Nullable<BigInt>,
        announced -> BigInt,
        created_by -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    trainings (id) {
        id -> BigInt,
        seat_id -> BigInt,
        on_date -> Date,
        minutes -> BigInt,
        provider -> Text,
        certificate -> Text,
        mode -> Text,
        created_by -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    recusals (id) {
        id -> BigInt,
        case_id -> BigInt,
        seat_id -> BigInt,
        kind -> Text,
        ground -> Text,
        state -> Text,
        note -> Text,
        created_by -> Nullable<BigInt>,
        created_at -> Timestamp,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    meetings (id) {
        id -> BigInt,
        body_id -> BigInt,
        rules -> Text,
        state -> Text,
        sort -> Text,
        starts_at -> Nullable<Timestamp>,
        version -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    meeting_events (id) {
        id -> BigInt,
        meeting_id -> BigInt,
        seq -> BigInt,
        at -> Timestamp,
        recorded_at -> Timestamp,
        actor_user -> Nullable<BigInt>,
        actor_role -> Text,
        step -> Text,
        payload -> Text,
    }
}

diesel::table! {
    meeting_cases (id) {
        id -> BigInt,
        meeting_id -> BigInt,
        case_id -> BigInt,
        shown -> Bool,
    }
}

diesel::table! {
    committee_obligations (id) {
        id -> BigInt,
        complex_id -> BigInt,
        from_on -> Date,
        required -> Bool,
        reason -> Text,
        created_by -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    handovers (id) {
        id -> BigInt,
        body_id -> BigInt,
        giver_id -> BigInt,
        taker_id -> BigInt,
        payload -> Text,
        giver_signed_at -> Nullable<Timestamp>,
        giver_method -> Nullable<Text>,
        taker_signed_at -> Nullable<Timestamp>,
        taker_method -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    committee_reminders (id) {
        id -> BigInt,
        complex_id -> BigInt,
        on_date -> Date,
        mails -> BigInt,
        created_by -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    publications (id) {
        id -> BigInt,
        ward_code -> Text,
        kind -> Text,
        from_on -> Date,
        to_on -> Date,
        version -> BigInt,
        openness -> Text,
        document -> Text,
        sha256 -> Text,
        exact -> Text,
        published_by -> Nullable<BigInt>,
        published_at -> Timestamp,
    }
}

diesel::table! {
    desk_stand_ins (id) {
        id -> BigInt,
        case_id -> BigInt,
        user_id -> BigInt,
        created_by -> Nullable<BigInt>,
        created_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    meeting_scans (id) {
        id -> BigInt,
        meeting_id -> BigInt,
        kind -> Text,
        size -> BigInt,
        digest -> Text,
        sealed -> Text,
        created_by -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    evidence (id) {
        id -> BigInt,
        case_id -> BigInt,
        number -> BigInt,
        side -> Text,
        kind -> Text,
        voices -> Nullable<Text>,
        about -> Text,
        size -> BigInt,
        parts -> BigInt,
        sha256 -> Text,
        sent_sha256 -> Text,
        key -> Text,
        file -> Nullable<Text>,
        added_by -> Nullable<BigInt>,
        added_as -> Text,
        added_at -> Timestamp,
        agreement -> Nullable<BigInt>,
        taken_back_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    evidence_parts (evidence_id, part) {
        evidence_id -> BigInt,
        part -> BigInt,
        sealed -> Text,
    }
}

diesel::table! {
    diary (id) {
        id -> BigInt,
        case_id -> BigInt,
        at -> Timestamp,
        minutes -> BigInt,
        kind -> Text,
        felt -> Text,
        note -> Nullable<Text>,
        added_by -> Nullable<BigInt>,
        added_as -> Text,
        added_at -> Timestamp,
    }
}

diesel::table! {
    pledges (id) {
        id -> BigInt,
        user_id -> BigInt,
        body_id -> BigInt,
        version -> Text,
        signed_at -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    settings,
    dongs,
    complexes,
    bodies,
    programmes,
    programme_terms,
    programme_lines,
    complex_facts,
    users,
    grants,
    logins,
    api_tokens,
    saved_views,
    mediators,
    mediator_trainings,
    rooms,
    cases,
    case_events,
    case_marks,
    case_holders,
    case_people,
    case_offers,
    case_sessions,
    service_hours,
    case_links,
    disposals,
    case_holds,
    case_figures,
    case_surveys,
    case_recurrences,
    case_search,
    referrals,
    referral_packets,
    parties,
    consents,
    duties,
    links,
    link_codes,
    attempts,
    drafts,
    outbox,
    inbox,
    mail_stops,
    idempotency,
    access_log,
    audit,
    counters,
    body_rules,
    delegations,
    appointments,
    trainings,
    recusals,
    meetings,
    meeting_events,
    meeting_cases,
    committee_obligations,
    handovers,
    committee_reminders,
    publications,
    desk_stand_ins,
    meeting_scans,
    evidence,
    evidence_parts,
    diary,
    pledges,
);
