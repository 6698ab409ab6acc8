//! The yardstick of `tests/bench/run`: a bare actix server that answers a word.
use actix_web::{App, HttpServer, web};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8089".into());
    HttpServer::new(|| App::new().route("/", web::get().to(|| async { "hello" })))
        .workers(2)
        .bind(address)?
        .run()
        .await
}
