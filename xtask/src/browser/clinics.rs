//! The clinics of the browser tests and of `bench pages`: one server with its own database for each Playwright worker.
//!
//! The demonstration data is created once, in a template on the tests' cluster. Each clinic is a copy of that database and of the folder with
//! its keys, served by a separate process. Everything is removed on drop.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::bundle::Profile;
use crate::postgres::{Cluster, free_port};
use crate::process::{Attempt, Child, Failure, Outcome, command, run, run_to_clean_up};
use crate::relay;
use crate::workspace::{Workspace, make_private_folder, remove_private_folder};

/// How long a start may take. It migrates the database and fills the clinic, which takes a minute on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(300);

/// How long a server may take to stop; it waits for requests and calls in progress.
const STOP_LIMIT: Duration = Duration::from_secs(60);

/// The port for discarding (RFC 863), on which nobody listens.
const NOBODY: u16 = 9;

const TEMPLATE: &str = "bedside_e2e_template";

/// A filled demonstration that is only copied, never used.
pub(crate) struct Template<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) profile: Profile,
    pub(super) cluster: &'a Cluster,
    /// The keys and files of the template and of the clinics.
    pub(super) folder: PathBuf,
    logs: &'a Path,
}

impl<'a> Template<'a> {
    /// Fills the demonstration with the server that was built with `profile`. The servers write their logs to the folder `logs`.
    pub(crate) fn fill(workspace: &'a Workspace, profile: Profile, cluster: &'a Cluster, logs: &'a Path) -> Outcome<Self> {
        let folder = workspace.scratch("e2e");
        make_private_folder(&folder, None)?;
        let template = Self { workspace, profile, cluster, folder, logs };
        template.statement(&format!("drop database if exists {TEMPLATE} with (force)"))?;
        template.statement(&format!("create database {TEMPLATE}"))?;
        let var = template.var();
        fs::create_dir(&var).attempt(|| format!("create {}", var.display()))?;
        let port = free_port()?;
        // Only the template may create a master key. If a copy had no key, that would be an error.
        let mut server = Server::spawn(&template, TEMPLATE, var, port, &[("BEDSIDE_KEYS__CREATE", "true")])?;
        server.await_ready()?;
        server.child.stop(STOP_LIMIT)?;
        // The copies have these statistics, too. Without them queries are planned badly until Postgres takes notice of the tables, in each copy by itself.
        // Postgres warns about its own tables, which the owner may not vacuum.
        let quietly = "set client_min_messages = error";
        run(&mut cluster.psql(TEMPLATE, ["--command", quietly, "--command", "vacuum (analyze)"]))?;
        Ok(template)
    }

    fn var(&self) -> PathBuf {
        self.folder.join("template")
    }

    pub(super) fn statement(&self, sql: &str) -> Outcome {
        run(&mut self.cluster.psql("postgres", ["--command", sql]))
    }
}

impl Drop for Template<'_> {
    fn drop(&mut self) {
        drop_database(self.cluster, TEMPLATE);
        if let Err(Failure::Because(text)) = remove_private_folder(&self.folder, None) {
            eprintln!("{text}");
        }
    }
}

/// Running clinics, one per worker. Dropping them stops the servers and removes their data.
pub(crate) struct Clinics<'a> {
    template: &'a Template<'a>,
    folder: PathBuf,
    servers: Vec<Server>,
}

impl<'a> Clinics<'a> {
    /// Starts one server whose limits a benchmark does not reach.
    pub(crate) fn open_without_limits(template: &'a Template<'a>) -> Outcome<Self> {
        Self::open_with(
            template,
            1,
            &[
                ("BEDSIDE_LIMITS__REQUESTS_PER_ADDRESS_PER_MINUTE", "1000000"),
                ("BEDSIDE_LIMITS__REQUESTS_PER_ACCOUNT_PER_MINUTE", "1000000"),
                ("BEDSIDE_SCHEDULING__MAX_HOLDS_OF_ONE_TIME", "1000"),
                ("BEDSIDE_SCHEDULING__MAX_TIMES_TAKEN_PER_HOUR", "10000"),
            ],
        )
    }

    /// Starts `count` servers at the same time and waits until all are ready.
    pub(crate) fn open(template: &'a Template<'a>, count: usize) -> Outcome<Self> {
        Self::open_with(template, count, &[])
    }

    fn open_with(template: &'a Template<'a>, count: usize, variables: &[(&str, &str)]) -> Outcome<Self> {
        let folder = template.folder.join("clinics");
        fs::create_dir(&folder).attempt(|| format!("create {}", folder.display()))?;
        let mut clinics = Self { template, folder, servers: Vec::new() };
        // All listeners stay open until every port is known, so that all ports differ.
        let listeners = (0..2 * count).map(|_| listen()).collect::<Outcome<Vec<_>>>()?;
        let mut ports = listeners.iter().map(|listener| Ok(listener.local_addr()?.port())).collect::<Outcome<Vec<_>>>()?;
        drop(listeners);
        let provider_ports = ports.split_off(count);
        for (index, (port, provider_port)) in ports.into_iter().zip(provider_ports).enumerate() {
            let database = format!("bedside_e2e_{index}");
            template.statement(&format!("drop database if exists {database} with (force)"))?;
            // Copying files is faster than writing each page to the WAL, and the database need not survive a crash.
            template.statement(&format!("create database {database} template {TEMPLATE} strategy file_copy"))?;
            let var = clinics.folder.join(index.to_string());
            run(command("cp", ["--archive"]).arg(template.var()).arg(&var))?;
            // The copied file has the template's address. The clinic writes a new one when it is ready.
            fs::remove_file(var.join("demo.json")).attempt(|| "remove the template's demo.json".into())?;
            let providers = write_providers(&var, provider_port)?;
            let mut variables = variables.to_vec();
            variables.push(("BEDSIDE_SIGN_IN__PROVIDERS_FILE", providers.as_str()));
            clinics.servers.push(Server::spawn(template, &database, var, port, &variables)?);
        }
        clinics.servers.iter_mut().try_for_each(Server::await_ready)?;
        Ok(clinics)
    }

    /// The folder with one subfolder per worker, named by its number from 0, which contains the `demo.json` of its clinic.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The servers, in the order of the workers.
    pub(crate) fn servers(&self) -> &[Server] {
        &self.servers
    }
}

impl Drop for Clinics<'_> {
    fn drop(&mut self) {
        std::thread::scope(|scope| {
            for server in &mut self.servers {
                scope.spawn(move || {
                    if let Err(Failure::Because(text)) = server.child.stop(STOP_LIMIT) {
                        eprintln!("{text}");
                    }
                });
            }
        });
        for server in &self.servers {
            drop_database(self.template.cluster, &server.database);
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("cannot remove {}: {error}", self.folder.display());
        }
    }
}

/// A `bedside demo` process with a database on the tests' cluster.
pub(crate) struct Server {
    child: Child,
    database: String,
    port: u16,
    announced: PathBuf,
    log: PathBuf,
}

impl Server {
    fn spawn(template: &Template<'_>, database: &str, var: PathBuf, port: u16, more: &[(&str, &str)]) -> Outcome<Self> {
        let log = template.logs.join(format!("{database}.log"));
        // Append, because earlier rounds use the same log.
        let output = File::options().create(true).append(true).open(&log).attempt(|| format!("open {}", log.display()))?;
        let mut command = template.workspace.server(template.profile, ["demo", "--port", &port.to_string(), "--var-dir"]);
        command.arg(&var).stdout(output.try_clone()?).stderr(output);
        // A booking needs an hour's notice, but a test that books wants to enter the waiting room at once.
        command.env("BEDSIDE_SCHEDULING__WAITING_ROOM_OPENS_MINUTES", "240");
        // Lets the relay of the tests serve the calls of this server.
        command.env("BEDSIDE_RELAY__SECRET", relay::SECRET);
        command.env("BEDSIDE_DATABASE__URL", template.cluster.app_url(database));
        command.env("BEDSIDE_DATABASE__MIGRATE_URL", template.cluster.url(database));
        let child = Child::spawn(command.envs(more.iter().copied()))?;
        Ok(Self { child, database: database.to_owned(), port, announced: var.join("demo.json"), log })
    }

    /// The process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The name of the database.
    pub(crate) fn database(&self) -> &str {
        &self.database
    }

    /// The port on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The `demo.json` with the address and the sign-ins, which the server wrote before it was ready.
    pub(crate) fn description(&self) -> &Path {
        &self.announced
    }

    fn await_ready(&mut self) -> Outcome {
        let Self { child, port, announced, log, .. } = self;
        child.wait_until(|| is_ready(*port) && announced.is_file(), START_LIMIT, log)
    }
}

/// Names two OpenID Connect providers: one on this port, which `end2end/tests/provider.ts` starts with the secret that it reads here, and one that never answers. Returns the
/// path.
fn write_providers(var: &Path, port: u16) -> Outcome<String> {
    let path = var.join("providers.toml");
    let text = format!(
        "[[provider]]\nkey = \"sandbox\"\nname = \"Sandbox\"\nissuer = \"http://localhost:{port}\"\nclient_id = \"bedside\"\nclient_secret = \"of-the-browser-tests\"\n\n\
         [[provider]]\nkey = \"closed\"\nname = \"Closed\"\nissuer = \"http://localhost:{NOBODY}\"\nclient_id = \"bedside\"\nclient_secret = \"of-the-browser-tests\"\n"
    );
    let mut file = File::options();
    let file = file.write(true).create_new(true).mode(0o600).open(&path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).attempt(|| format!("write {}", path.display()))?;
    Ok(path.display().to_string())
}

/// Drops a database, also after a signal.
pub(super) fn drop_database(cluster: &Cluster, name: &str) {
    let mut psql: Command = cluster.psql("postgres", ["--command", &format!("drop database if exists {name} with (force)")]);
    if let Err(Failure::Because(text)) = run_to_clean_up(&mut psql) {
        eprintln!("{text}");
    }
}

fn listen() -> Outcome<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).attempt(|| "find a free port".into())
}

/// Whether the server reports that it is ready.
fn is_ready(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET /health/ready HTTP/1.0\r\nHost: localhost:{port}\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(status.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};

    use super::*;

    fn answering(status_line: &'static str) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let request = BufReader::new(stream.try_clone().unwrap());
            request.lines().take_while(|line| !line.as_ref().unwrap().is_empty()).count();
            stream.write_all(status_line.as_bytes()).unwrap();
        });
        port
    }

    /// A workspace whose server is this Node script.
    fn served_by(name: &str, script: &str) -> Workspace {
        let root = std::env::temp_dir().join(format!("bedside-xtask-{name}-{}", std::process::id()));
        let workspace = Workspace { target: root.join("target"), root };
        fs::create_dir_all(workspace.target.join("debug")).unwrap();
        // Another process writes the file. If this one did, a child process of another test could briefly inherit the open file, and a file that is
        // open for writing cannot be run.
        let mut writer = Command::new("sh");
        writer.args(["-c", "printf '%s' \"$1\" > \"$0\" && chmod 755 \"$0\""]).arg(workspace.server_binary(Profile::Dev));
        assert!(writer.arg(format!("#!/usr/bin/env node\n{script}")).status().unwrap().success());
        workspace
    }

    fn databases(cluster: &Cluster) -> String {
        let sql = "select string_agg(datname, ' ' order by datname) from pg_database where datname like 'bedside_e2e%'";
        crate::process::read(&mut cluster.psql("postgres", ["--tuples-only", "--no-align", "--command", sql])).unwrap()
    }

    #[test]
    fn each_clinic_has_its_own_database_and_keys_and_all_goes_at_the_end() {
        let script = "
            const [, , , , port, , folder] = process.argv;
            const fs = require('fs');
            const key = folder + '/key';
            if (!fs.existsSync(key)) fs.writeFileSync(key, 'of the template');
            fs.writeFileSync(folder + '/demo.json', process.env.BEDSIDE_DATABASE__URL);
            require('http').createServer((_, answer) => answer.end('ready')).listen(port, '127.0.0.1');
            process.on('SIGTERM', () => { console.log('told to stop'); process.exit(0); });
        ";
        let workspace = served_by("served", script);
        let cluster = Cluster::start(&workspace).unwrap();
        let template = Template::fill(&workspace, Profile::Dev, &cluster, &workspace.target).unwrap();
        let clinics = Clinics::open(&template, 2).unwrap();
        for index in ["0", "1"] {
            let of = |file: &str| fs::read_to_string(clinics.folder().join(index).join(file)).unwrap();
            assert_eq!(of("key"), "of the template");
            assert!(of("demo.json").ends_with(&format!("/bedside_e2e_{index}")));
        }
        assert_eq!(databases(&cluster), "bedside_e2e_0 bedside_e2e_1 bedside_e2e_template");
        drop(clinics);
        assert_eq!(databases(&cluster), TEMPLATE);
        assert_eq!(fs::read_to_string(workspace.target.join("bedside_e2e_1.log")).unwrap(), "told to stop\n");
        let folder = template.folder.clone();
        drop(template);
        assert_eq!(databases(&cluster), "");
        assert!(!folder.exists());
        drop(cluster);
        fs::remove_dir_all(&workspace.root).unwrap();
    }

    #[test]
    fn a_server_that_ends_at_its_start_is_quoted() {
        let workspace = served_by("ended", "console.error('no database'); process.exit(3)");
        let cluster = Cluster::start(&workspace).unwrap();
        let fill = || Template::fill(&workspace, Profile::Dev, &cluster, &workspace.target);
        let Err(Failure::Because(text)) = fill() else { panic!("must fail") };
        assert!(text.contains("no database") && text.contains('3'), "{text}");
        drop(cluster);
        fs::remove_dir_all(&workspace.root).unwrap();
    }

    #[test]
    fn ready_is_what_answers_200() {
        assert!(is_ready(answering("HTTP/1.1 200 OK\r\n\r\n")));
        assert!(!is_ready(answering("HTTP/1.1 503 Service Unavailable\r\n\r\n")));
        assert!(!is_ready(free_port().unwrap()));
    }
}
