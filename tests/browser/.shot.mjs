import { chromium } from 'playwright-core';
const base=process.argv[2]; const out=process.argv[3]; const login=process.argv[4]; const paths=process.argv.slice(5);
const b=await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--disable-gpu','--disable-background-networking','--disable-component-update','--disable-sync','--no-first-run','--disable-quic']});
for (const w of [360,1280]) {
 const c=await b.newContext({viewport:{width:w,height:800}}); const p=await c.newPage();
 if (login!=='-') { await p.goto(base+'/login'); await p.fill('input[name=email]',login); await p.fill('input[name=password]','이음 시연용 비밀번호'); await p.click('main button[type=submit]'); await p.waitForLoadState(); }
 for (const path of paths) { const r=await p.goto(base+path); console.log(w,path,r.status(),await p.title()); await p.screenshot({path:`${out}/${w}${path.replace(/[\/?=&]/g,'_')}.png`,fullPage:true}); }
 await c.close(); }
await b.close();
