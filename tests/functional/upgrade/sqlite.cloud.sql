BEGIN TRANSACTION;
CREATE TABLE amended (
    region TEXT, id TEXT, size TEXT, tags TEXT, PRIMARY KEY (region, id)
);
CREATE TABLE calls (
    region TEXT, second INTEGER, count INTEGER, PRIMARY KEY (region, second)
);
CREATE TABLE effect (
    number INTEGER PRIMARY KEY, region TEXT, machine TEXT, action TEXT, token TEXT, at REAL
);
INSERT INTO "effect" VALUES(1,'r2','sim-4cd0f4bb039d','stop','',1.79587631281019878383e+09);
INSERT INTO "effect" VALUES(2,'r2','sim-5d236213ce2e','stop','',1.79587631327765154839e+09);
CREATE TABLE made (
    region TEXT, id TEXT, facts TEXT, token TEXT, at REAL,
    PRIMARY KEY (region, id), UNIQUE (region, token)
);
CREATE TABLE power (
    region TEXT, id TEXT, before TEXT, after TEXT, settles_at REAL,
    PRIMARY KEY (region, id)
);
INSERT INTO "power" VALUES('r2','sim-4cd0f4bb039d','STOPPING','STOPPED',1795876312.8101);
INSERT INTO "power" VALUES('r2','sim-5d236213ce2e','STOPPING','STOPPED',1.795876313277572155e+09);
COMMIT;
