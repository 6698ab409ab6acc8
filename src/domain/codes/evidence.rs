//! Evidence: what a file is by its content, and what is heard on a recording.
codes! {
    /// What a file of evidence is, by its own bytes; the code is the ending of its name.
    FileKind {
        Jpeg = "jpg" "사진(JPEG)",
        Png = "png" "사진(PNG)",
        Pdf = "pdf" "문서(PDF)",
        Mp3 = "mp3" "녹음(MP3)",
        Wav = "wav" "녹음(WAV)",
        M4a = "m4a" "녹음(M4A)",
        Amr = "amr" "녹음(AMR)",
        Ogg = "ogg" "녹음(OGG)",
        Log = "csv" "소음 기록(CSV)",
    }
    /// Whose voices a recording holds (통신비밀보호법 §3, §14: nobody records or listens to a talk of others that is not public).
    Voices {
        None = "none" "사람의 말소리가 들리지 않습니다",
        Own = "own" "내가 함께한 대화만 들립니다",
        Murmur = "murmur" "다른 사람의 말소리가 섞였지만 무슨 말인지 알 수 없습니다",
        Others = "others" "내가 끼지 않은 다른 사람들의 대화가 들립니다",
    }
}

impl FileKind {
    /// RFC 6838 media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
            Self::Mp3 => "audio/mpeg",
            Self::Wav => "audio/wav",
            Self::M4a => "audio/mp4",
            Self::Amr => "audio/amr",
            Self::Ogg => "audio/ogg",
            Self::Log => "text/csv",
        }
    }

    /// Whether it is a recording, of which has to be said whose voices it holds.
    #[must_use]
    pub const fn is_recording(self) -> bool {
        matches!(self, Self::Mp3 | Self::Wav | Self::M4a | Self::Amr | Self::Ogg)
    }
}
