BEGIN TRANSACTION;
CREATE TABLE "accounts_apitoken" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(100) NOT NULL, "digest" varchar(64) NOT NULL UNIQUE, "scope" varchar(10) NOT NULL, "providers" text NULL CHECK ((JSON_VALID("providers") OR "providers" IS NULL)), "created_at" datetime NOT NULL, "expires_at" datetime NOT NULL, "revoked_at" datetime NULL, "last_used_at" datetime NULL, "last_used_from" varchar(64) NOT NULL, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "accounts_apitoken" VALUES(1,'script','c9a16e6f38b62973c3c1b63bc7d75275e5f520124392a5aefc74ca56f51fb407','READ',NULL,'2026-11-28 14:31:51.923932','2027-02-26 14:31:51.919317',NULL,NULL,'',1);
CREATE TABLE "accounts_foldedlogin" ("user_id" integer NOT NULL PRIMARY KEY REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "folded" text NOT NULL, "duplicate" integer unsigned NOT NULL CHECK ("duplicate" >= 0), CONSTRAINT "user_by_folded_login" UNIQUE ("folded", "duplicate"));
INSERT INTO "accounts_foldedlogin" VALUES(1,'root',0);
INSERT INTO "accounts_foldedlogin" VALUES(2,'bob',0);
CREATE TABLE "accounts_membership" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "since" datetime NOT NULL, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "team_id" bigint NOT NULL REFERENCES "accounts_team" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "one_membership_per_team" UNIQUE ("user_id", "team_id"));
INSERT INTO "accounts_membership" VALUES(1,'2026-11-28 14:31:50.682460',2,1);
CREATE TABLE "accounts_refreshtoken" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "digest" varchar(64) NOT NULL UNIQUE, "created_at" datetime NOT NULL, "expires_at" datetime NOT NULL, "used_at" datetime NULL, "session_id" char(32) NOT NULL REFERENCES "accounts_session" ("id") DEFERRABLE INITIALLY DEFERRED, "used_by" varchar(64) DEFAULT '' NOT NULL);
CREATE TABLE "accounts_session" ("id" char(32) NOT NULL PRIMARY KEY, "password_digest" varchar(64) NOT NULL, "address" varchar(64) NOT NULL, "created_at" datetime NOT NULL, "expires_at" datetime NOT NULL, "ended_at" datetime NULL, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "accounts_session" VALUES('c02ef85bca5a4eaba42a543073de0c5a','eb37853747dde2559743887b109397da2435c25eedbb0f7bfc42763ce729f429','','2026-11-28 14:31:48.279037','2026-12-05 14:31:48.277114',NULL,1);
CREATE TABLE "accounts_team" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(100) NOT NULL UNIQUE, "created_at" datetime NOT NULL);
INSERT INTO "accounts_team" VALUES(1,'Straße','2026-11-28 14:31:50.606976');
CREATE TABLE "audit_auditevent" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "at" datetime NOT NULL, "kind" varchar(10) NOT NULL, "action" varchar(100) NOT NULL, "user_key" bigint NULL, "login" varchar(150) NOT NULL, "credential" varchar(60) NOT NULL, "address" varchar(64) NOT NULL, "arguments" text NOT NULL CHECK ((JSON_VALID("arguments") OR "arguments" IS NULL)), "outcome" varchar(50) NOT NULL, "result" text NOT NULL CHECK ((JSON_VALID("result") OR "result" IS NULL)), "names" text NOT NULL CHECK ((JSON_VALID("names") OR "names" IS NULL)));
INSERT INTO "audit_auditevent" VALUES(1,'2026-11-28 14:31:50.622452','MUTATION','createTeam',1,'Root','session:c02ef85b-ca5a-4eab-a42a-543073de0c5a','127.0.0.1','{"name": "Stra\u00dfe"}','OK','{"team": "VGVhbTox"}','{"VGVhbTox": {"type": "Team", "name": "Stra\u00dfe"}}');
INSERT INTO "audit_auditevent" VALUES(2,'2026-11-28 14:31:50.683291','MUTATION','addTeamMember',1,'Root','session:c02ef85b-ca5a-4eab-a42a-543073de0c5a','127.0.0.1','{"team": "VGVhbTox", "user": "VXNlcjoy"}','OK','{"team": "VGVhbTox"}','{"VGVhbTox": {"type": "Team", "name": "Stra\u00dfe"}, "VXNlcjoy": {"type": "User", "name": "bob"}}');
INSERT INTO "audit_auditevent" VALUES(3,'2026-11-28 14:31:51.700705','MUTATION','connectProvider',1,'Root','session:c02ef85b-ca5a-4eab-a42a-543073de0c5a','127.0.0.1','{"kind": "simulator", "name": "Cloud", "credentials": [{"name": "seed", "value": "[redacted]"}, {"name": "machines", "value": "[redacted]"}, {"name": "boot_ms", "value": "[redacted]"}], "regions": ["r1", "r2"]}','OK','{"provider": "UHJvdmlkZXI6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFk"}','{"UHJvdmlkZXI6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFk": {"type": "Provider", "name": "Cloud", "provider": "Cloud", "kind": "simulator"}}');
INSERT INTO "audit_auditevent" VALUES(4,'2026-11-28 14:31:51.762941','MUTATION','grantProviderAccess',1,'Root','session:c02ef85b-ca5a-4eab-a42a-543073de0c5a','127.0.0.1','{"provider": "UHJvdmlkZXI6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFk", "role": "OPERATOR", "team": "VGVhbTox"}','OK','{"grant": "R3JhbnQ6MQ=="}','{"UHJvdmlkZXI6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFk": {"type": "Provider", "name": "Cloud", "provider": "Cloud", "kind": "simulator"}, "VGVhbTox": {"type": "Team", "name": "Stra\u00dfe"}, "R3JhbnQ6MQ==": {"type": "Grant", "name": "OPERATOR on provider 1 for team 1", "provider": "Cloud", "kind": "simulator"}}');
INSERT INTO "audit_auditevent" VALUES(5,'2026-11-28 14:31:51.821189','MUTATION','createRepository',1,'Root','session:c02ef85b-ca5a-4eab-a42a-543073de0c5a','127.0.0.1','{"url": "[redacted]", "name": "book", "fullName": "book", "description_": "[redacted]"}','OK','{"node": "UmVwb3NpdG9yeTox"}','{"UmVwb3NpdG9yeTox": {"type": "Repository", "name": "book"}}');
INSERT INTO "audit_auditevent" VALUES(6,'2026-11-28 14:31:51.857708','MUTATION','createRepository',1,'Root','session:c02ef85b-ca5a-4eab-a42a-543073de0c5a','127.0.0.1','{"url": "[redacted]", "name": "Gr\u00f6\u00dfe", "fullName": "Gr\u00f6\u00dfe", "description_": "[redacted]"}','OK','{"node": "UmVwb3NpdG9yeToy"}','{"UmVwb3NpdG9yeToy": {"type": "Repository", "name": "Gr\u00f6\u00dfe"}}');
INSERT INTO "audit_auditevent" VALUES(7,'2026-11-28 14:31:51.925398','MUTATION','createApiToken',1,'Root','session:c02ef85b-ca5a-4eab-a42a-543073de0c5a','127.0.0.1','{"name": "script", "scope": "READ", "expiresInDays": 90}','OK','{"apiToken": "QXBpVG9rZW46MQ=="}','{"QXBpVG9rZW46MQ==": {"type": "ApiToken", "name": "API token ''script'' of user 1"}}');
INSERT INTO "audit_auditevent" VALUES(8,'2026-11-28 14:31:52.513469','MUTATION','stopVirtualMachine',1,'Root','session:c02ef85b-ca5a-4eab-a42a-543073de0c5a','127.0.0.1','{"id": "VmlydHVhbE1hY2hpbmU6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFkOnIyOnNpbS00Y2QwZjRiYjAzOWQ=", "dryRun": false}','OK','{"job": "Sm9iOjlkYmNlZDEwLWMzMTctNGZlZS05NWM2LTI1MGMxYWVlMjI2OA=="}','{"VmlydHVhbE1hY2hpbmU6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFkOnIyOnNpbS00Y2QwZjRiYjAzOWQ=": {"type": "VirtualMachine", "name": "api-002", "provider": "Cloud", "kind": "simulator"}, "Sm9iOjlkYmNlZDEwLWMzMTctNGZlZS05NWM2LTI1MGMxYWVlMjI2OA==": {"type": "Job", "name": "virtual_machine.stop 9dbced10-c317-4fee-95c6-250c1aee2268", "target": "api-002", "provider": "Cloud", "kind": "simulator"}}');
INSERT INTO "audit_auditevent" VALUES(9,'2026-11-28 14:31:53.126142','MUTATION','stopVirtualMachine',1,'Root','session:c02ef85b-ca5a-4eab-a42a-543073de0c5a','127.0.0.1','{"id": "VmlydHVhbE1hY2hpbmU6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFkOnIyOnNpbS01ZDIzNjIxM2NlMmU=", "dryRun": false}','OK','{"job": "Sm9iOmU1MjlkY2UxLWUxMzUtNDk2OC04ODAyLTc3NTc0YjRlOTY4OA=="}','{"VmlydHVhbE1hY2hpbmU6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFkOnIyOnNpbS01ZDIzNjIxM2NlMmU=": {"type": "VirtualMachine", "name": "db-001", "provider": "Cloud", "kind": "simulator"}, "Sm9iOmU1MjlkY2UxLWUxMzUtNDk2OC04ODAyLTc3NTc0YjRlOTY4OA==": {"type": "Job", "name": "virtual_machine.stop e529dce1-e135-4968-8802-77574b4e9688", "target": "db-001", "provider": "Cloud", "kind": "simulator"}}');
INSERT INTO "audit_auditevent" VALUES(10,'2026-11-28 14:31:53.419232','MUTATION','stopVirtualMachine',1,'Root','session:c02ef85b-ca5a-4eab-a42a-543073de0c5a','127.0.0.1','{"id": "VmlydHVhbE1hY2hpbmU6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFkOnIxOnNpbS1kNGVlMGI5ZGJjNDk=", "idempotencyKey": "[redacted]", "dryRun": false}','OK','{"job": "Sm9iOjVhMzM1MGI1LWIxNjMtNGI4MC1iOGQ0LWE4OTk1NGY0ZmMyZA=="}','{"VmlydHVhbE1hY2hpbmU6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFkOnIxOnNpbS1kNGVlMGI5ZGJjNDk=": {"type": "VirtualMachine", "name": "web-001", "provider": "Cloud", "kind": "simulator"}, "Sm9iOjVhMzM1MGI1LWIxNjMtNGI4MC1iOGQ0LWE4OTk1NGY0ZmMyZA==": {"type": "Job", "name": "virtual_machine.stop 5a3350b5-b163-4b80-b8d4-a89954f4fc2d", "target": "web-001", "provider": "Cloud", "kind": "simulator"}}');
INSERT INTO "audit_auditevent" VALUES(11,'2026-11-28 14:31:53.923913','MUTATION','provisionVirtualMachine',1,'Root','session:c02ef85b-ca5a-4eab-a42a-543073de0c5a','127.0.0.1','{"provider": "UHJvdmlkZXI6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFk", "name": "new", "size": "sim.2xlarge", "image": "AlmaLinux 9", "count": 1, "userData": "[redacted]", "dryRun": false}','OK','{"job": "Sm9iOjQ0MzI2NDA3LTJjYWUtNDA3NS1iYjIzLWU0YzllYTExZGZkMg=="}','{"UHJvdmlkZXI6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFk": {"type": "Provider", "name": "Cloud", "provider": "Cloud", "kind": "simulator"}, "Sm9iOjQ0MzI2NDA3LTJjYWUtNDA3NS1iYjIzLWU0YzllYTExZGZkMg==": {"type": "Job", "name": "virtual_machine.provision 44326407-2cae-4075-bb23-e4c9ea11dfd2", "target": "new", "provider": "Cloud", "kind": "simulator"}}');
INSERT INTO "audit_auditevent" VALUES(12,'2026-11-28 14:31:55.088207','MUTATION','createSchedule',1,'Root','session:c02ef85b-ca5a-4eab-a42a-543073de0c5a','127.0.0.1','{"ids": ["VmlydHVhbE1hY2hpbmU6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFkOnIyOnNpbS00Y2QwZjRiYjAzOWQ="], "name": "evening", "operation": "virtual_machine.stop", "cron": "0 19 * * *", "timezone": "UTC", "enabled": true, "dryRun": false}','OK','{"schedule": "U2NoZWR1bGU6MWQxM2ZjZTktODkzOS00YjdmLWFlNjItMjFlNzQ1ODhjMGNj"}','{"VmlydHVhbE1hY2hpbmU6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFkOnIyOnNpbS00Y2QwZjRiYjAzOWQ=": {"type": "VirtualMachine", "name": "api-002", "provider": "Cloud", "kind": "simulator"}, "U2NoZWR1bGU6MWQxM2ZjZTktODkzOS00YjdmLWFlNjItMjFlNzQ1ODhjMGNj": {"type": "Schedule", "name": "evening (0 19 * * * UTC)"}}');
CREATE TABLE "auth_group" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(150) NOT NULL UNIQUE);
CREATE TABLE "auth_group_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "auth_permission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "codename" varchar(100) NOT NULL, "name" varchar(255) NOT NULL);
INSERT INTO "auth_permission" VALUES(1,1,'add_permission','Can add permission');
INSERT INTO "auth_permission" VALUES(2,1,'change_permission','Can change permission');
INSERT INTO "auth_permission" VALUES(3,1,'delete_permission','Can delete permission');
INSERT INTO "auth_permission" VALUES(4,1,'view_permission','Can view permission');
INSERT INTO "auth_permission" VALUES(5,2,'add_group','Can add group');
INSERT INTO "auth_permission" VALUES(6,2,'change_group','Can change group');
INSERT INTO "auth_permission" VALUES(7,2,'delete_group','Can delete group');
INSERT INTO "auth_permission" VALUES(8,2,'view_group','Can view group');
INSERT INTO "auth_permission" VALUES(9,3,'add_user','Can add user');
INSERT INTO "auth_permission" VALUES(10,3,'change_user','Can change user');
INSERT INTO "auth_permission" VALUES(11,3,'delete_user','Can delete user');
INSERT INTO "auth_permission" VALUES(12,3,'view_user','Can view user');
INSERT INTO "auth_permission" VALUES(13,4,'add_contenttype','Can add content type');
INSERT INTO "auth_permission" VALUES(14,4,'change_contenttype','Can change content type');
INSERT INTO "auth_permission" VALUES(15,4,'delete_contenttype','Can delete content type');
INSERT INTO "auth_permission" VALUES(16,4,'view_contenttype','Can view content type');
INSERT INTO "auth_permission" VALUES(17,5,'add_refreshtoken','Can add refresh token');
INSERT INTO "auth_permission" VALUES(18,5,'change_refreshtoken','Can change refresh token');
INSERT INTO "auth_permission" VALUES(19,5,'delete_refreshtoken','Can delete refresh token');
INSERT INTO "auth_permission" VALUES(20,5,'view_refreshtoken','Can view refresh token');
INSERT INTO "auth_permission" VALUES(21,6,'add_session','Can add session');
INSERT INTO "auth_permission" VALUES(22,6,'change_session','Can change session');
INSERT INTO "auth_permission" VALUES(23,6,'delete_session','Can delete session');
INSERT INTO "auth_permission" VALUES(24,6,'view_session','Can view session');
INSERT INTO "auth_permission" VALUES(25,7,'add_team','Can add team');
INSERT INTO "auth_permission" VALUES(26,7,'change_team','Can change team');
INSERT INTO "auth_permission" VALUES(27,7,'delete_team','Can delete team');
INSERT INTO "auth_permission" VALUES(28,7,'view_team','Can view team');
INSERT INTO "auth_permission" VALUES(29,8,'add_membership','Can add membership');
INSERT INTO "auth_permission" VALUES(30,8,'change_membership','Can change membership');
INSERT INTO "auth_permission" VALUES(31,8,'delete_membership','Can delete membership');
INSERT INTO "auth_permission" VALUES(32,8,'view_membership','Can view membership');
INSERT INTO "auth_permission" VALUES(33,9,'add_apitoken','Can add api token');
INSERT INTO "auth_permission" VALUES(34,9,'change_apitoken','Can change api token');
INSERT INTO "auth_permission" VALUES(35,9,'delete_apitoken','Can delete api token');
INSERT INTO "auth_permission" VALUES(36,9,'view_apitoken','Can view api token');
INSERT INTO "auth_permission" VALUES(37,10,'add_foldedlogin','Can add folded login');
INSERT INTO "auth_permission" VALUES(38,10,'change_foldedlogin','Can change folded login');
INSERT INTO "auth_permission" VALUES(39,10,'delete_foldedlogin','Can delete folded login');
INSERT INTO "auth_permission" VALUES(40,10,'view_foldedlogin','Can view folded login');
INSERT INTO "auth_permission" VALUES(41,11,'add_auditevent','Can add audit event');
INSERT INTO "auth_permission" VALUES(42,11,'change_auditevent','Can change audit event');
INSERT INTO "auth_permission" VALUES(43,11,'delete_auditevent','Can delete audit event');
INSERT INTO "auth_permission" VALUES(44,11,'view_auditevent','Can view audit event');
INSERT INTO "auth_permission" VALUES(45,12,'add_provider','Can add provider');
INSERT INTO "auth_permission" VALUES(46,12,'change_provider','Can change provider');
INSERT INTO "auth_permission" VALUES(47,12,'delete_provider','Can delete provider');
INSERT INTO "auth_permission" VALUES(48,12,'view_provider','Can view provider');
INSERT INTO "auth_permission" VALUES(49,13,'add_credentials','Can add credentials');
INSERT INTO "auth_permission" VALUES(50,13,'change_credentials','Can change credentials');
INSERT INTO "auth_permission" VALUES(51,13,'delete_credentials','Can delete credentials');
INSERT INTO "auth_permission" VALUES(52,13,'view_credentials','Can view credentials');
INSERT INTO "auth_permission" VALUES(53,14,'add_repository','Can add repository');
INSERT INTO "auth_permission" VALUES(54,14,'change_repository','Can change repository');
INSERT INTO "auth_permission" VALUES(55,14,'delete_repository','Can delete repository');
INSERT INTO "auth_permission" VALUES(56,14,'view_repository','Can view repository');
INSERT INTO "auth_permission" VALUES(57,15,'add_source','Can add source');
INSERT INTO "auth_permission" VALUES(58,15,'change_source','Can change source');
INSERT INTO "auth_permission" VALUES(59,15,'delete_source','Can delete source');
INSERT INTO "auth_permission" VALUES(60,15,'view_source','Can view source');
INSERT INTO "auth_permission" VALUES(61,16,'add_size','Can add size');
INSERT INTO "auth_permission" VALUES(62,16,'change_size','Can change size');
INSERT INTO "auth_permission" VALUES(63,16,'delete_size','Can delete size');
INSERT INTO "auth_permission" VALUES(64,16,'view_size','Can view size');
INSERT INTO "auth_permission" VALUES(65,17,'add_location','Can add location');
INSERT INTO "auth_permission" VALUES(66,17,'change_location','Can change location');
INSERT INTO "auth_permission" VALUES(67,17,'delete_location','Can delete location');
INSERT INTO "auth_permission" VALUES(68,17,'view_location','Can view location');
INSERT INTO "auth_permission" VALUES(69,18,'add_image','Can add image');
INSERT INTO "auth_permission" VALUES(70,18,'change_image','Can change image');
INSERT INTO "auth_permission" VALUES(71,18,'delete_image','Can delete image');
INSERT INTO "auth_permission" VALUES(72,18,'view_image','Can view image');
INSERT INTO "auth_permission" VALUES(73,19,'add_virtualmachine','Can add virtual machine');
INSERT INTO "auth_permission" VALUES(74,19,'change_virtualmachine','Can change virtual machine');
INSERT INTO "auth_permission" VALUES(75,19,'delete_virtualmachine','Can delete virtual machine');
INSERT INTO "auth_permission" VALUES(76,19,'view_virtualmachine','Can view virtual machine');
INSERT INTO "auth_permission" VALUES(77,20,'add_change','Can add change');
INSERT INTO "auth_permission" VALUES(78,20,'change_change','Can change change');
INSERT INTO "auth_permission" VALUES(79,20,'delete_change','Can delete change');
INSERT INTO "auth_permission" VALUES(80,20,'view_change','Can view change');
INSERT INTO "auth_permission" VALUES(81,21,'add_machineaddress','Can add machine address');
INSERT INTO "auth_permission" VALUES(82,21,'change_machineaddress','Can change machine address');
INSERT INTO "auth_permission" VALUES(83,21,'delete_machineaddress','Can delete machine address');
INSERT INTO "auth_permission" VALUES(84,21,'view_machineaddress','Can view machine address');
INSERT INTO "auth_permission" VALUES(85,22,'add_machinetag','Can add machine tag');
INSERT INTO "auth_permission" VALUES(86,22,'change_machinetag','Can change machine tag');
INSERT INTO "auth_permission" VALUES(87,22,'delete_machinetag','Can delete machine tag');
INSERT INTO "auth_permission" VALUES(88,22,'view_machinetag','Can view machine tag');
INSERT INTO "auth_permission" VALUES(89,23,'add_grant','Can add grant');
INSERT INTO "auth_permission" VALUES(90,23,'change_grant','Can change grant');
INSERT INTO "auth_permission" VALUES(91,23,'delete_grant','Can delete grant');
INSERT INTO "auth_permission" VALUES(92,23,'view_grant','Can view grant');
INSERT INTO "auth_permission" VALUES(93,24,'add_container','Can add container');
INSERT INTO "auth_permission" VALUES(94,24,'change_container','Can change container');
INSERT INTO "auth_permission" VALUES(95,24,'delete_container','Can delete container');
INSERT INTO "auth_permission" VALUES(96,24,'view_container','Can view container');
INSERT INTO "auth_permission" VALUES(97,25,'add_containerlabel','Can add container label');
INSERT INTO "auth_permission" VALUES(98,25,'change_containerlabel','Can change container label');
INSERT INTO "auth_permission" VALUES(99,25,'delete_containerlabel','Can delete container label');
INSERT INTO "auth_permission" VALUES(100,25,'view_containerlabel','Can view container label');
INSERT INTO "auth_permission" VALUES(101,26,'add_providercheck','Can add provider check');
INSERT INTO "auth_permission" VALUES(102,26,'change_providercheck','Can change provider check');
INSERT INTO "auth_permission" VALUES(103,26,'delete_providercheck','Can delete provider check');
INSERT INTO "auth_permission" VALUES(104,26,'view_providercheck','Can view provider check');
INSERT INTO "auth_permission" VALUES(105,27,'add_job','Can add job');
INSERT INTO "auth_permission" VALUES(106,27,'change_job','Can change job');
INSERT INTO "auth_permission" VALUES(107,27,'delete_job','Can delete job');
INSERT INTO "auth_permission" VALUES(108,27,'view_job','Can view job');
INSERT INTO "auth_permission" VALUES(109,28,'add_jobevent','Can add job event');
INSERT INTO "auth_permission" VALUES(110,28,'change_jobevent','Can change job event');
INSERT INTO "auth_permission" VALUES(111,28,'delete_jobevent','Can delete job event');
INSERT INTO "auth_permission" VALUES(112,28,'view_jobevent','Can view job event');
INSERT INTO "auth_permission" VALUES(113,29,'add_schedule','Can add schedule');
INSERT INTO "auth_permission" VALUES(114,29,'change_schedule','Can change schedule');
INSERT INTO "auth_permission" VALUES(115,29,'delete_schedule','Can delete schedule');
INSERT INTO "auth_permission" VALUES(116,29,'view_schedule','Can view schedule');
INSERT INTO "auth_permission" VALUES(117,30,'add_schedulerun','Can add schedule run');
INSERT INTO "auth_permission" VALUES(118,30,'change_schedulerun','Can change schedule run');
INSERT INTO "auth_permission" VALUES(119,30,'delete_schedulerun','Can delete schedule run');
INSERT INTO "auth_permission" VALUES(120,30,'view_schedulerun','Can view schedule run');
CREATE TABLE "auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "is_superuser" bool NOT NULL, "username" varchar(150) NOT NULL UNIQUE, "last_name" varchar(150) NOT NULL, "email" varchar(254) NOT NULL, "is_staff" bool NOT NULL, "is_active" bool NOT NULL, "date_joined" datetime NOT NULL, "first_name" varchar(150) NOT NULL);
INSERT INTO "auth_user" VALUES(1,'pbkdf2_sha256$1000000$8ijtVJbAEwRVFZYlhgvDRX$j9NjwbXMeBPK6UpTU2OB7qqvMDC04wohNqLoP3I7VXg=',NULL,1,'Root','','',1,1,'2026-11-28 14:31:47.349044','');
INSERT INTO "auth_user" VALUES(2,'pbkdf2_sha256$1000000$ywjKywgn7S8cLSYVCc96jE$2uwW3+3KOPh+0hYtZjcYlUU1XkzrATf/y656Z91cOAo=',NULL,0,'bob','','',0,1,'2026-11-28 14:31:48.288928','');
CREATE TABLE "auth_user_groups" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "auth_user_user_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
INSERT INTO "django_content_type" VALUES(1,'auth','permission');
INSERT INTO "django_content_type" VALUES(2,'auth','group');
INSERT INTO "django_content_type" VALUES(3,'auth','user');
INSERT INTO "django_content_type" VALUES(4,'contenttypes','contenttype');
INSERT INTO "django_content_type" VALUES(5,'accounts','refreshtoken');
INSERT INTO "django_content_type" VALUES(6,'accounts','session');
INSERT INTO "django_content_type" VALUES(7,'accounts','team');
INSERT INTO "django_content_type" VALUES(8,'accounts','membership');
INSERT INTO "django_content_type" VALUES(9,'accounts','apitoken');
INSERT INTO "django_content_type" VALUES(10,'accounts','foldedlogin');
INSERT INTO "django_content_type" VALUES(11,'audit','auditevent');
INSERT INTO "django_content_type" VALUES(12,'inventory','provider');
INSERT INTO "django_content_type" VALUES(13,'inventory','credentials');
INSERT INTO "django_content_type" VALUES(14,'inventory','repository');
INSERT INTO "django_content_type" VALUES(15,'inventory','source');
INSERT INTO "django_content_type" VALUES(16,'inventory','size');
INSERT INTO "django_content_type" VALUES(17,'inventory','location');
INSERT INTO "django_content_type" VALUES(18,'inventory','image');
INSERT INTO "django_content_type" VALUES(19,'inventory','virtualmachine');
INSERT INTO "django_content_type" VALUES(20,'inventory','change');
INSERT INTO "django_content_type" VALUES(21,'inventory','machineaddress');
INSERT INTO "django_content_type" VALUES(22,'inventory','machinetag');
INSERT INTO "django_content_type" VALUES(23,'inventory','grant');
INSERT INTO "django_content_type" VALUES(24,'inventory','container');
INSERT INTO "django_content_type" VALUES(25,'inventory','containerlabel');
INSERT INTO "django_content_type" VALUES(26,'inventory','providercheck');
INSERT INTO "django_content_type" VALUES(27,'jobs','job');
INSERT INTO "django_content_type" VALUES(28,'jobs','jobevent');
INSERT INTO "django_content_type" VALUES(29,'jobs','schedule');
INSERT INTO "django_content_type" VALUES(30,'jobs','schedulerun');
CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
INSERT INTO "django_migrations" VALUES(1,'contenttypes','0001_initial','2026-11-28 14:31:32.534808');
INSERT INTO "django_migrations" VALUES(2,'auth','0001_initial','2026-11-28 14:31:32.595107');
INSERT INTO "django_migrations" VALUES(3,'accounts','0001_initial','2026-11-28 14:31:32.623570');
INSERT INTO "django_migrations" VALUES(4,'accounts','0002_session','2026-11-28 14:31:32.772161');
INSERT INTO "django_migrations" VALUES(5,'accounts','0003_refresh_token_of_session','2026-11-28 14:31:32.906632');
INSERT INTO "django_migrations" VALUES(6,'accounts','0004_team','2026-11-28 14:31:33.003490');
INSERT INTO "django_migrations" VALUES(7,'accounts','0005_api_token','2026-11-28 14:31:33.096782');
INSERT INTO "django_migrations" VALUES(8,'accounts','0006_folded_login','2026-11-28 14:31:33.208904');
INSERT INTO "django_migrations" VALUES(9,'accounts','0007_refresh_token_used_by','2026-11-28 14:31:33.257617');
INSERT INTO "django_migrations" VALUES(10,'audit','0001_initial','2026-11-28 14:31:33.326891');
INSERT INTO "django_migrations" VALUES(11,'audit','0002_command','2026-11-28 14:31:33.334477');
INSERT INTO "django_migrations" VALUES(12,'audit','0003_names','2026-11-28 14:31:33.385750');
INSERT INTO "django_migrations" VALUES(13,'contenttypes','0002_remove_content_type_name','2026-11-28 14:31:33.458349');
INSERT INTO "django_migrations" VALUES(14,'auth','0002_alter_permission_name_max_length','2026-11-28 14:31:33.519256');
INSERT INTO "django_migrations" VALUES(15,'auth','0003_alter_user_email_max_length','2026-11-28 14:31:33.576912');
INSERT INTO "django_migrations" VALUES(16,'auth','0004_alter_user_username_opts','2026-11-28 14:31:33.620407');
INSERT INTO "django_migrations" VALUES(17,'auth','0005_alter_user_last_login_null','2026-11-28 14:31:33.658894');
INSERT INTO "django_migrations" VALUES(18,'auth','0006_require_contenttypes_0002','2026-11-28 14:31:33.666216');
INSERT INTO "django_migrations" VALUES(19,'auth','0007_alter_validators_add_error_messages','2026-11-28 14:31:33.697088');
INSERT INTO "django_migrations" VALUES(20,'auth','0008_alter_user_username_max_length','2026-11-28 14:31:33.749281');
INSERT INTO "django_migrations" VALUES(21,'auth','0009_alter_user_last_name_max_length','2026-11-28 14:31:33.798701');
INSERT INTO "django_migrations" VALUES(22,'auth','0010_alter_group_name_max_length','2026-11-28 14:31:33.883783');
INSERT INTO "django_migrations" VALUES(23,'auth','0011_update_proxy_permissions','2026-11-28 14:31:33.932205');
INSERT INTO "django_migrations" VALUES(24,'auth','0012_alter_user_first_name_max_length','2026-11-28 14:31:33.975090');
INSERT INTO "django_migrations" VALUES(25,'jobs','0001_initial','2026-11-28 14:31:34.534928');
INSERT INTO "django_migrations" VALUES(26,'jobs','0002_idempotency_key','2026-11-28 14:31:35.453514');
INSERT INTO "django_migrations" VALUES(27,'jobs','0003_seal_user_data','2026-11-28 14:31:35.538403');
INSERT INTO "django_migrations" VALUES(28,'jobs','0004_slots_and_priorities','2026-11-28 14:31:35.694048');
INSERT INTO "django_migrations" VALUES(29,'jobs','0005_schedules','2026-11-28 14:31:36.139517');
INSERT INTO "django_migrations" VALUES(30,'jobs','0006_names_rights_and_created','2026-11-28 14:31:36.932666');
INSERT INTO "django_migrations" VALUES(31,'inventory','0001_initial','2026-11-28 14:31:38.663724');
INSERT INTO "django_migrations" VALUES(32,'inventory','0002_breaker','2026-11-28 14:31:38.795720');
INSERT INTO "django_migrations" VALUES(33,'inventory','0003_change','2026-11-28 14:31:38.901628');
INSERT INTO "django_migrations" VALUES(34,'inventory','0004_every_region','2026-11-28 14:31:39.009852');
INSERT INTO "django_migrations" VALUES(35,'inventory','0005_search','2026-11-28 14:31:40.086257');
INSERT INTO "django_migrations" VALUES(36,'inventory','0006_fill_search','2026-11-28 14:31:40.299849');
INSERT INTO "django_migrations" VALUES(37,'inventory','0007_grant','2026-11-28 14:31:40.570598');
INSERT INTO "django_migrations" VALUES(38,'inventory','0008_provider_scope','2026-11-28 14:31:40.665549');
INSERT INTO "django_migrations" VALUES(39,'inventory','0009_container','2026-11-28 14:31:41.397569');
INSERT INTO "django_migrations" VALUES(40,'inventory','0010_provider_check','2026-11-28 14:31:41.544841');
INSERT INTO "django_migrations" VALUES(41,'inventory','0011_longer_external_id','2026-11-28 14:31:41.742518');
INSERT INTO "django_migrations" VALUES(42,'inventory','0012_launched_at','2026-11-28 14:31:41.812778');
INSERT INTO "django_migrations" VALUES(43,'inventory','0013_region_sets','2026-11-28 14:31:42.001862');
INSERT INTO "django_migrations" VALUES(44,'inventory','0014_names_of_jobs','2026-11-28 14:31:42.118496');
INSERT INTO "django_migrations" VALUES(45,'inventory','0015_folded_text','2026-11-28 14:31:43.911160');
INSERT INTO "django_migrations" VALUES(46,'inventory','0016_repository_by_folded_name','2026-11-28 14:31:44.108751');
INSERT INTO "django_migrations" VALUES(47,'inventory','0017_problem','2026-11-28 14:31:44.627240');
INSERT INTO "django_migrations" VALUES(48,'inventory','0018_region_origins','2026-11-28 14:31:45.145484');
INSERT INTO "django_migrations" VALUES(49,'inventory','0019_provider_demo','2026-11-28 14:31:45.293322');
INSERT INTO "django_migrations" VALUES(50,'inventory','0020_canonical_addresses','2026-11-28 14:31:45.411854');
INSERT INTO "django_migrations" VALUES(51,'inventory','0021_names_of_scheduled_machines','2026-11-28 14:31:45.546414');
INSERT INTO "django_migrations" VALUES(52,'inventory','0022_repository_names_by_creator','2026-11-28 14:31:45.929080');
INSERT INTO "django_migrations" VALUES(53,'jobs','0007_locks','2026-11-28 14:31:46.771049');
CREATE TABLE "inventory_change" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "at" datetime NOT NULL, "field" varchar(40) NOT NULL, "before" text NULL CHECK ((JSON_VALID("before") OR "before" IS NULL)), "after" text NULL CHECK ((JSON_VALID("after") OR "after" IS NULL)), "machine_id" bigint NOT NULL REFERENCES "inventory_virtualmachine" ("id") DEFERRABLE INITIALLY DEFERRED, "provider_id" bigint NOT NULL REFERENCES "inventory_provider" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "inventory_change" VALUES(1,'2026-11-28 14:31:52.902495','state','"RUNNING"','"STOPPED"',6,1);
INSERT INTO "inventory_change" VALUES(2,'2026-11-28 14:31:52.902495','public_ips','["198.51.100.64"]','[]',6,1);
CREATE TABLE "inventory_container" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "region" varchar(100) NOT NULL, "external_id" varchar(400) NOT NULL, "name" varchar(300) NOT NULL, "raw_state" varchar(100) NOT NULL, "memory" integer unsigned NULL CHECK ("memory" >= 0), "created_at" datetime NULL, "search_text" text NOT NULL, "fingerprint" varchar(32) NOT NULL, "read_started_at" datetime NOT NULL, "observed_at" datetime NOT NULL, "provisioned_at" datetime NULL, "listed" bool NOT NULL, "unlisted_since" datetime NULL, "missing_since" datetime NULL, "last_state" varchar(20) NOT NULL, "state" varchar(20) NOT NULL, "exit_code" integer NULL, "image" varchar(500) NULL, "image_id" varchar(500) NULL, "command" text NULL, "ips" text NOT NULL CHECK ((JSON_VALID("ips") OR "ips" IS NULL)), "ports" text NOT NULL CHECK ((JSON_VALID("ports") OR "ports" IS NULL)), "labels" text NOT NULL CHECK ((JSON_VALID("labels") OR "labels" IS NULL)), "provider_id" bigint NOT NULL REFERENCES "inventory_provider" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "inventory_source" ("id") DEFERRABLE INITIALLY DEFERRED, "name_folded" text NOT NULL, "image_folded" text NOT NULL, "problem" varchar(500) NULL, CONSTRAINT "container_per_source" UNIQUE ("source_id", "external_id"));
CREATE TABLE "inventory_containerlabel" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "key" varchar(300) NOT NULL, "value" varchar(300) NOT NULL, "container_id" bigint NOT NULL REFERENCES "inventory_container" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "inventory_credentials" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "values" text NOT NULL, "provider_id" bigint NOT NULL UNIQUE REFERENCES "inventory_provider" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "inventory_credentials" VALUES(1,'gAAAAABrCuXXwKyyk1t9FWY17ijOrR9tMlbbh_6CuNxqucS_cgIrqNmK8xgWJWUTUBHKjrzrVAW-wxq4Frtu3xtIcPLEiburiebF4ruyPJeWWet8gB98c4s9ZbDA-iVszm93Rll_xKeYZlMMM4D8ZNC9DRujugmwSMM0Xdi8yCcKmXcGCz6LGjErcB0fLWT3e3bJd1XKj9mz-FJvOxOC8HMAEBnJ3efROMdW-YYbdL8420DvIuupAW9kNUys_8SnRKXNssIlZqIMM7kFR3-6_hZSqoSg6lN1kTjC6EAYdfaxC5ZubbeBp1kSwVIQYzKIIZqBqFF75DFrhonQPQOGmNXtoBqoQRV4Hg==',1);
CREATE TABLE "inventory_grant" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "role" varchar(10) NOT NULL, "granted_at" datetime NOT NULL, "granted_by_id" integer NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "provider_id" bigint NOT NULL REFERENCES "inventory_provider" ("id") DEFERRABLE INITIALLY DEFERRED, "team_id" bigint NULL REFERENCES "accounts_team" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" integer NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "grant_to_user_or_team" CHECK ((("team_id" IS NOT NULL AND "user_id" IS NULL) OR ("team_id" IS NULL AND "user_id" IS NOT NULL))), CONSTRAINT "one_grant_per_user" UNIQUE ("provider_id", "user_id"), CONSTRAINT "one_grant_per_team" UNIQUE ("provider_id", "team_id"));
INSERT INTO "inventory_grant" VALUES(1,'OPERATOR','2026-11-28 14:31:51.760828',1,1,1,NULL);
CREATE TABLE "inventory_image" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "region" varchar(100) NOT NULL, "external_id" varchar(500) NOT NULL, "name" varchar(500) NOT NULL, "fingerprint" varchar(32) NOT NULL, "provider_id" bigint NOT NULL REFERENCES "inventory_provider" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "inventory_source" ("id") DEFERRABLE INITIALLY DEFERRED, "name_folded" text NOT NULL, "problem" varchar(500) NULL, CONSTRAINT "image_per_source" UNIQUE ("source_id", "external_id"));
INSERT INTO "inventory_image" VALUES(1,'r1','img-alma-9','AlmaLinux 9','3:86c5bfd8cda9a973fb8ed11c7b6c',1,3,'almalinux 9',NULL);
INSERT INTO "inventory_image" VALUES(2,'r1','img-debian-12','Debian 12','3:5b04ce246edf9bf915c05404869f',1,3,'debian 12',NULL);
INSERT INTO "inventory_image" VALUES(3,'r1','img-debian-13','Debian 13','3:35ee62a3a849f0c2ee63b1a874aa',1,3,'debian 13',NULL);
INSERT INTO "inventory_image" VALUES(4,'r1','img-fedora-42','Fedora 42','3:bfc96242f3288129f0691329c9f6',1,3,'fedora 42',NULL);
INSERT INTO "inventory_image" VALUES(5,'r1','img-ubuntu-22.04','Ubuntu 22.04 LTS','3:d0335756340a3bce8e1e2c7b1f6d',1,3,'ubuntu 22.04 lts',NULL);
INSERT INTO "inventory_image" VALUES(6,'r1','img-ubuntu-24.04','Ubuntu 24.04 LTS','3:33ede9a027ef3c54283d18178285',1,3,'ubuntu 24.04 lts',NULL);
INSERT INTO "inventory_image" VALUES(7,'r2','img-alma-9','AlmaLinux 9','3:86c5bfd8cda9a973fb8ed11c7b6c',1,7,'almalinux 9',NULL);
INSERT INTO "inventory_image" VALUES(8,'r2','img-debian-12','Debian 12','3:5b04ce246edf9bf915c05404869f',1,7,'debian 12',NULL);
INSERT INTO "inventory_image" VALUES(9,'r2','img-debian-13','Debian 13','3:35ee62a3a849f0c2ee63b1a874aa',1,7,'debian 13',NULL);
INSERT INTO "inventory_image" VALUES(10,'r2','img-fedora-42','Fedora 42','3:bfc96242f3288129f0691329c9f6',1,7,'fedora 42',NULL);
INSERT INTO "inventory_image" VALUES(11,'r2','img-ubuntu-22.04','Ubuntu 22.04 LTS','3:d0335756340a3bce8e1e2c7b1f6d',1,7,'ubuntu 22.04 lts',NULL);
INSERT INTO "inventory_image" VALUES(12,'r2','img-ubuntu-24.04','Ubuntu 24.04 LTS','3:33ede9a027ef3c54283d18178285',1,7,'ubuntu 24.04 lts',NULL);
CREATE TABLE "inventory_location" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "region" varchar(100) NOT NULL, "external_id" varchar(500) NOT NULL, "name" varchar(500) NOT NULL, "fingerprint" varchar(32) NOT NULL, "provider_id" bigint NOT NULL REFERENCES "inventory_provider" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "inventory_source" ("id") DEFERRABLE INITIALLY DEFERRED, "name_folded" text NOT NULL, "problem" varchar(500) NULL, CONSTRAINT "location_per_source" UNIQUE ("source_id", "external_id"));
CREATE TABLE "inventory_machineaddress" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "address" varchar(300) NOT NULL, "machine_id" bigint NOT NULL REFERENCES "inventory_virtualmachine" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "inventory_machineaddress" VALUES(1,'198.51.100.238',3);
INSERT INTO "inventory_machineaddress" VALUES(2,'10.136.208.16',3);
INSERT INTO "inventory_machineaddress" VALUES(3,'198.51.100.222',1);
INSERT INTO "inventory_machineaddress" VALUES(4,'10.139.252.149',1);
INSERT INTO "inventory_machineaddress" VALUES(5,'198.51.100.147',4);
INSERT INTO "inventory_machineaddress" VALUES(6,'10.69.245.167',4);
INSERT INTO "inventory_machineaddress" VALUES(7,'10.199.89.88',2);
INSERT INTO "inventory_machineaddress" VALUES(8,'10.169.176.38',7);
INSERT INTO "inventory_machineaddress" VALUES(13,'10.9.147.197',8);
INSERT INTO "inventory_machineaddress" VALUES(16,'10.132.56.240',6);
INSERT INTO "inventory_machineaddress" VALUES(17,'198.51.100.237',5);
INSERT INTO "inventory_machineaddress" VALUES(18,'10.30.237.135',5);
CREATE TABLE "inventory_machinetag" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "key" varchar(300) NOT NULL, "value" varchar(300) NOT NULL, "machine_id" bigint NOT NULL REFERENCES "inventory_virtualmachine" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "inventory_machinetag" VALUES(1,'env','prod',3);
INSERT INTO "inventory_machinetag" VALUES(2,'team','red',3);
INSERT INTO "inventory_machinetag" VALUES(3,'env','test',1);
INSERT INTO "inventory_machinetag" VALUES(4,'team','green',1);
INSERT INTO "inventory_machinetag" VALUES(5,'env','prod',4);
INSERT INTO "inventory_machinetag" VALUES(6,'team','blue',4);
INSERT INTO "inventory_machinetag" VALUES(7,'env','prod',2);
INSERT INTO "inventory_machinetag" VALUES(8,'team','green',2);
INSERT INTO "inventory_machinetag" VALUES(9,'env','prod',7);
INSERT INTO "inventory_machinetag" VALUES(10,'team','blue',7);
INSERT INTO "inventory_machinetag" VALUES(15,'env','test',8);
INSERT INTO "inventory_machinetag" VALUES(16,'team','blue',8);
INSERT INTO "inventory_machinetag" VALUES(19,'env','test',6);
INSERT INTO "inventory_machinetag" VALUES(20,'team','blue',6);
INSERT INTO "inventory_machinetag" VALUES(21,'env','prod',5);
INSERT INTO "inventory_machinetag" VALUES(22,'team','blue',5);
CREATE TABLE "inventory_provider" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "public_id" char(32) NOT NULL UNIQUE, "name" varchar(100) NOT NULL, "kind_slug" varchar(50) NOT NULL, "regions" text NOT NULL CHECK ((JSON_VALID("regions") OR "regions" IS NULL)), "deadline_ms" integer unsigned NULL CHECK ("deadline_ms" >= 0), "created_at" datetime NOT NULL, "updated_at" datetime NOT NULL, "owner_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "every_region" bool NOT NULL, "scope" varchar(200) NOT NULL UNIQUE, "named_regions" text NOT NULL CHECK ((JSON_VALID("named_regions") OR "named_regions" IS NULL)), "assumed_regions" text NOT NULL CHECK ((JSON_VALID("assumed_regions") OR "assumed_regions" IS NULL)), "unlisted_regions" text NOT NULL CHECK ((JSON_VALID("unlisted_regions") OR "unlisted_regions" IS NULL)), "demo" bool NOT NULL, CONSTRAINT "provider_name_per_owner" UNIQUE ("owner_id", "name"));
INSERT INTO "inventory_provider" VALUES(1,'64bfa44696084abea17e9a5855ac831d','Cloud','simulator','["r1", "r2"]',NULL,'2026-11-28 14:31:51.614429','2026-11-28 14:31:51.614456',1,0,'UHJvdmlkZXI6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFk','["r1", "r2"]','[]','{}',0);
CREATE TABLE "inventory_providercheck" ("provider_id" bigint NOT NULL PRIMARY KEY REFERENCES "inventory_provider" ("id") DEFERRABLE INITIALLY DEFERRED, "checked_at" datetime NOT NULL, "duration_ms" integer unsigned NOT NULL CHECK ("duration_ms" >= 0), "regions" text NOT NULL CHECK ((JSON_VALID("regions") OR "regions" IS NULL)), "regions_error" text NULL CHECK ((JSON_VALID("regions_error") OR "regions_error" IS NULL)));
CREATE TABLE "inventory_repository" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(200) NOT NULL, "full_name" varchar(400) NOT NULL, "owner_login" varchar(200) NOT NULL, "url" varchar(1000) NOT NULL, "description" text NOT NULL, "created_at" datetime NOT NULL, "creator_id" integer NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "name_folded" text NOT NULL, "full_name_folded" text NOT NULL, "owner_folded" text NOT NULL, "description_folded" text NOT NULL, "duplicate" integer unsigned NOT NULL CHECK ("duplicate" >= 0), CONSTRAINT "repository_by_creator_and_name" UNIQUE ("creator_id", "full_name_folded", "duplicate"));
INSERT INTO "inventory_repository" VALUES(1,'book','book','book','https://github.com/a/book','Gregor','2026-11-28 14:31:51.820430',1,'book','book','book','gregor',0);
INSERT INTO "inventory_repository" VALUES(2,'Größe','Größe','Größe','https://github.com/a/book','Gregor','2026-11-28 14:31:51.857113',1,'grösse','grösse','grösse','gregor',0);
CREATE TABLE "inventory_size" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "region" varchar(100) NOT NULL, "external_id" varchar(500) NOT NULL, "name" varchar(500) NOT NULL, "fingerprint" varchar(32) NOT NULL, "memory" integer unsigned NULL CHECK ("memory" >= 0), "vcpus" integer unsigned NULL CHECK ("vcpus" >= 0), "disk" integer unsigned NULL CHECK ("disk" >= 0), "price_per_hour" decimal NULL, "provider_id" bigint NOT NULL REFERENCES "inventory_provider" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "inventory_source" ("id") DEFERRABLE INITIALLY DEFERRED, "name_folded" text NOT NULL, "problem" varchar(500) NULL, CONSTRAINT "size_per_source" UNIQUE ("source_id", "external_id"));
INSERT INTO "inventory_size" VALUES(1,'r1','sim.nano','sim.nano','3:624093e76684e6df56b6fbfa4ab3',512,1,8,0.004,1,2,'sim.nano',NULL);
INSERT INTO "inventory_size" VALUES(2,'r1','sim.micro','sim.micro','3:fe2f5c4a20a2c4b1dde44bf3fead',1024,1,10,0.008,1,2,'sim.micro',NULL);
INSERT INTO "inventory_size" VALUES(3,'r1','sim.small','sim.small','3:19d39d889ac22b9e3da7bf5a06cd',2048,1,20,0.016,1,2,'sim.small',NULL);
INSERT INTO "inventory_size" VALUES(4,'r1','sim.medium','sim.medium','3:7a9adbd90c5ea49437c43493ac9c',4096,2,40,0.032,1,2,'sim.medium',NULL);
INSERT INTO "inventory_size" VALUES(5,'r1','sim.large','sim.large','3:1847e52a08a7501b5ae04eacccd9',8192,2,80,0.064,1,2,'sim.large',NULL);
INSERT INTO "inventory_size" VALUES(6,'r1','sim.xlarge','sim.xlarge','3:cb46ee35b85c538e9fd3deea68df',16384,4,160,0.128,1,2,'sim.xlarge',NULL);
INSERT INTO "inventory_size" VALUES(7,'r1','sim.2xlarge','sim.2xlarge','3:fc505537db639c934c0298f7403a',32768,8,320,0.256,1,2,'sim.2xlarge',NULL);
INSERT INTO "inventory_size" VALUES(8,'r1','sim.4xlarge','sim.4xlarge','3:a56ef762904c19e8141ba76b41b4',65536,16,640,0.512,1,2,'sim.4xlarge',NULL);
INSERT INTO "inventory_size" VALUES(9,'r2','sim.nano','sim.nano','3:624093e76684e6df56b6fbfa4ab3',512,1,8,0.004,1,6,'sim.nano',NULL);
INSERT INTO "inventory_size" VALUES(10,'r2','sim.micro','sim.micro','3:fe2f5c4a20a2c4b1dde44bf3fead',1024,1,10,0.008,1,6,'sim.micro',NULL);
INSERT INTO "inventory_size" VALUES(11,'r2','sim.small','sim.small','3:19d39d889ac22b9e3da7bf5a06cd',2048,1,20,0.016,1,6,'sim.small',NULL);
INSERT INTO "inventory_size" VALUES(12,'r2','sim.medium','sim.medium','3:7a9adbd90c5ea49437c43493ac9c',4096,2,40,0.032,1,6,'sim.medium',NULL);
INSERT INTO "inventory_size" VALUES(13,'r2','sim.large','sim.large','3:1847e52a08a7501b5ae04eacccd9',8192,2,80,0.064,1,6,'sim.large',NULL);
INSERT INTO "inventory_size" VALUES(14,'r2','sim.xlarge','sim.xlarge','3:cb46ee35b85c538e9fd3deea68df',16384,4,160,0.128,1,6,'sim.xlarge',NULL);
INSERT INTO "inventory_size" VALUES(15,'r2','sim.2xlarge','sim.2xlarge','3:fc505537db639c934c0298f7403a',32768,8,320,0.256,1,6,'sim.2xlarge',NULL);
INSERT INTO "inventory_size" VALUES(16,'r2','sim.4xlarge','sim.4xlarge','3:a56ef762904c19e8141ba76b41b4',65536,16,640,0.512,1,6,'sim.4xlarge',NULL);
CREATE TABLE "inventory_source" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "region" varchar(100) NOT NULL, "resource" varchar(30) NOT NULL, "dirty_at" datetime NULL, "attempt_started_at" datetime NULL, "duration_ms" integer unsigned NULL CHECK ("duration_ms" >= 0), "error_code" varchar(40) NOT NULL, "error_message" varchar(500) NOT NULL, "error_retryable" bool NOT NULL, "listing_started_at" datetime NULL, "fetched_at" datetime NULL, "count" integer unsigned NULL CHECK ("count" >= 0), "version" bigint unsigned NOT NULL CHECK ("version" >= 0), "provider_id" bigint NOT NULL REFERENCES "inventory_provider" ("id") DEFERRABLE INITIALLY DEFERRED, "failures" integer unsigned NOT NULL CHECK ("failures" >= 0), "retry_at" datetime NULL, "unusable" integer unsigned NOT NULL CHECK ("unusable" >= 0), "unusable_reason" varchar(500) NOT NULL, CONSTRAINT "source_per_region_and_resource" UNIQUE ("provider_id", "region", "resource"));
INSERT INTO "inventory_source" VALUES(1,'r1','virtual_machines',NULL,'2026-11-28 14:31:51.999557',60,'','',0,'2026-11-28 14:31:51.999557','2026-11-28 14:31:52.059105',4,1,1,0,NULL,0,'');
INSERT INTO "inventory_source" VALUES(2,'r1','sizes',NULL,'2026-11-28 14:31:53.518620',35,'','',0,'2026-11-28 14:31:53.518620','2026-11-28 14:31:53.553411',8,1,1,0,NULL,0,'');
INSERT INTO "inventory_source" VALUES(3,'r1','images',NULL,'2026-11-28 14:31:53.543694',95,'','',0,'2026-11-28 14:31:53.543694','2026-11-28 14:31:53.638322',6,1,1,0,NULL,0,'');
INSERT INTO "inventory_source" VALUES(4,'r1','locations',NULL,NULL,NULL,'','',0,NULL,NULL,NULL,0,1,0,NULL,0,'');
INSERT INTO "inventory_source" VALUES(5,'r2','virtual_machines','2026-11-28 14:31:53.045760','2026-11-28 14:31:52.056588',60,'','',0,'2026-11-28 14:31:52.056588','2026-11-28 14:31:52.116170',4,5,1,0,NULL,0,'');
INSERT INTO "inventory_source" VALUES(6,'r2','sizes',NULL,'2026-11-28 14:31:53.529254',43,'','',0,'2026-11-28 14:31:53.529254','2026-11-28 14:31:53.571974',8,1,1,0,NULL,0,'');
INSERT INTO "inventory_source" VALUES(7,'r2','images',NULL,'2026-11-28 14:31:53.575559',74,'','',0,'2026-11-28 14:31:53.575559','2026-11-28 14:31:53.650037',6,1,1,0,NULL,0,'');
INSERT INTO "inventory_source" VALUES(8,'r2','locations',NULL,NULL,NULL,'','',0,NULL,NULL,NULL,0,1,0,NULL,0,'');
CREATE TABLE "inventory_virtualmachine" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "region" varchar(100) NOT NULL, "external_id" varchar(400) NOT NULL, "name" varchar(300) NOT NULL, "state" varchar(20) NOT NULL, "raw_state" varchar(100) NOT NULL, "size_id" varchar(300) NULL, "size_name" varchar(300) NULL, "memory" integer unsigned NULL CHECK ("memory" >= 0), "vcpus" integer unsigned NULL CHECK ("vcpus" >= 0), "disk" integer unsigned NULL CHECK ("disk" >= 0), "price_per_hour" decimal NULL, "image_id" varchar(500) NULL, "image_name" varchar(300) NULL, "location_id" varchar(300) NULL, "location_name" varchar(300) NULL, "public_ips" text NOT NULL CHECK ((JSON_VALID("public_ips") OR "public_ips" IS NULL)), "private_ips" text NOT NULL CHECK ((JSON_VALID("private_ips") OR "private_ips" IS NULL)), "tags" text NOT NULL CHECK ((JSON_VALID("tags") OR "tags" IS NULL)), "created_at" datetime NULL, "fingerprint" varchar(32) NOT NULL, "read_started_at" datetime NOT NULL, "observed_at" datetime NOT NULL, "provisioned_at" datetime NULL, "listed" bool NOT NULL, "unlisted_since" datetime NULL, "missing_since" datetime NULL, "last_state" varchar(20) NOT NULL, "provider_id" bigint NOT NULL REFERENCES "inventory_provider" ("id") DEFERRABLE INITIALLY DEFERRED, "source_id" bigint NOT NULL REFERENCES "inventory_source" ("id") DEFERRABLE INITIALLY DEFERRED, "search_text" text NOT NULL, "launched_at" datetime NULL, "name_folded" text NOT NULL, "problem" varchar(500) NULL, CONSTRAINT "machine_per_source" UNIQUE ("source_id", "external_id"));
INSERT INTO "inventory_virtualmachine" VALUES(1,'r1','sim-d4ee0b9dbc49','web-001','RUNNING','running','sim.small','sim.small',2048,1,20,0.016,'img-fedora-42','Fedora 42','r1-a','r1-a','["198.51.100.222"]','["10.139.252.149"]','[["env", "test"], ["team", "green"]]','2025-07-27 13:02:00','3:582ed7719cd2baef63b603cdcc49','2026-11-28 14:31:51.999557','2026-11-28 14:31:52.104966',NULL,1,NULL,NULL,'',1,1,'web-001
sim-d4ee0b9dbc49
sim.small
fedora 42
img-fedora-42
r1-a
198.51.100.222
10.139.252.149
env=test
team=green',NULL,'web-001',NULL);
INSERT INTO "inventory_virtualmachine" VALUES(2,'r1','sim-e1abf94b779c','queue-002','PAUSED','paused','sim.xlarge','sim.xlarge',16384,4,160,0.128,'img-ubuntu-24.04','Ubuntu 24.04 LTS','r1-b','r1-b','[]','["10.199.89.88"]','[["env", "prod"], ["team", "green"]]','2025-09-30 15:59:00','3:e6ecb6544099abbb626fc4447f8b','2026-11-28 14:31:51.999557','2026-11-28 14:31:52.105188',NULL,1,NULL,NULL,'',1,1,'queue-002
sim-e1abf94b779c
sim.xlarge
ubuntu 24.04 lts
img-ubuntu-24.04
r1-b
10.199.89.88
env=prod
team=green',NULL,'queue-002',NULL);
INSERT INTO "inventory_virtualmachine" VALUES(3,'r1','sim-85940f20040d','web-003','RUNNING','running','sim.small','sim.small',2048,1,20,0.016,'img-fedora-42','Fedora 42','r1-b','r1-b','["198.51.100.238"]','["10.136.208.16"]','[["env", "prod"], ["team", "red"]]','2025-10-15 02:23:00','3:60b049abee6d97b96a86f65c66f1','2026-11-28 14:31:51.999557','2026-11-28 14:31:52.105217',NULL,1,NULL,NULL,'',1,1,'web-003
sim-85940f20040d
sim.small
fedora 42
img-fedora-42
r1-b
198.51.100.238
10.136.208.16
env=prod
team=red',NULL,'web-003',NULL);
INSERT INTO "inventory_virtualmachine" VALUES(4,'r1','sim-daec254c3bd7','web-004','RUNNING','running','sim.large','sim.large',8192,2,80,0.064,'img-fedora-42','Fedora 42','r1-a','r1-a','["198.51.100.147"]','["10.69.245.167"]','[["env", "prod"], ["team", "blue"]]','2025-12-24 17:49:00','3:df9035aeeda381d43ec6db569cee','2026-11-28 14:31:51.999557','2026-11-28 14:31:52.105252',NULL,1,NULL,NULL,'',1,1,'web-004
sim-daec254c3bd7
sim.large
fedora 42
img-fedora-42
r1-a
198.51.100.147
10.69.245.167
env=prod
team=blue',NULL,'web-004',NULL);
INSERT INTO "inventory_virtualmachine" VALUES(5,'r2','sim-5d236213ce2e','db-001','RUNNING','running','sim.medium','sim.medium',4096,2,40,0.032,'img-ubuntu-24.04','Ubuntu 24.04 LTS','r2-b','r2-b','["198.51.100.237"]','["10.30.237.135"]','[["env", "prod"], ["team", "blue"]]','2025-11-02 05:22:00','3:0669115f4ef3956007d7d6b3076c','2026-11-28 14:31:53.188700','2026-11-28 14:31:53.216311',NULL,1,NULL,NULL,'',1,5,'db-001
sim-5d236213ce2e
sim.medium
ubuntu 24.04 lts
img-ubuntu-24.04
r2-b
198.51.100.237
10.30.237.135
env=prod
team=blue',NULL,'db-001',NULL);
INSERT INTO "inventory_virtualmachine" VALUES(6,'r2','sim-4cd0f4bb039d','api-002','STOPPED','stopped','sim.large','sim.large',8192,2,80,0.064,'img-fedora-42','Fedora 42','r2-a','r2-a','[]','["10.132.56.240"]','[["env", "test"], ["team", "blue"]]','2025-09-28 00:10:00','3:17f870bf8ef0bc06f7f95c3f2814','2026-11-28 14:31:52.902495','2026-11-28 14:31:52.943154',NULL,1,NULL,NULL,'',1,5,'api-002
sim-4cd0f4bb039d
sim.large
fedora 42
img-fedora-42
r2-a
10.132.56.240
env=test
team=blue',NULL,'api-002',NULL);
INSERT INTO "inventory_virtualmachine" VALUES(7,'r2','sim-1ca8c30c2da8','api-003','STOPPED','stopped','sim.medium','sim.medium',4096,2,40,0.032,'img-alma-9','AlmaLinux 9','r2-a','r2-a','[]','["10.169.176.38"]','[["env", "prod"], ["team", "blue"]]','2025-07-09 05:57:00','3:36c88ebb5d844c98fcb8f307f81f','2026-11-28 14:31:52.056588','2026-11-28 14:31:52.158606',NULL,1,NULL,NULL,'',1,5,'api-003
sim-1ca8c30c2da8
sim.medium
almalinux 9
img-alma-9
r2-a
10.169.176.38
env=prod
team=blue',NULL,'api-003',NULL);
INSERT INTO "inventory_virtualmachine" VALUES(8,'r2','sim-5e330aba17cf','web-004','STOPPED','stopped','sim.large','sim.large',8192,2,80,0.064,'img-debian-12','Debian 12','r2-b','r2-b','[]','["10.9.147.197"]','[["env", "test"], ["team", "blue"]]','2025-11-14 04:37:00','3:19fc90d7aa78aaf57ede2fb010c9','2026-11-28 14:31:52.056588','2026-11-28 14:31:52.158648',NULL,1,NULL,NULL,'',1,5,'web-004
sim-5e330aba17cf
sim.large
debian 12
img-debian-12
r2-b
10.9.147.197
env=test
team=blue',NULL,'web-004',NULL);
CREATE TABLE "jobs_job" ("id" char(32) NOT NULL PRIMARY KEY, "operation" varchar(100) NOT NULL, "arguments" text NOT NULL CHECK ((JSON_VALID("arguments") OR "arguments" IS NULL)), "target" varchar(1000) NULL, "scope" varchar(200) NULL, "state" varchar(10) NOT NULL, "attempts" integer unsigned NOT NULL CHECK ("attempts" >= 0), "progress" smallint unsigned NOT NULL CHECK ("progress" >= 0), "memory" text NOT NULL CHECK ((JSON_VALID("memory") OR "memory" IS NULL)), "result" text NULL CHECK ((JSON_VALID("result") OR "result" IS NULL)), "error_code" varchar(50) NOT NULL, "error_message" text NOT NULL, "error_retryable" bool NOT NULL, "created_at" datetime NOT NULL, "started_at" datetime NULL, "finished_at" datetime NULL, "deadline_at" datetime NOT NULL, "run_after" datetime NULL, "step" integer unsigned NOT NULL CHECK ("step" >= 0), "lease_owner" varchar(100) NULL, "lease_until" datetime NULL, "interrupted" bool NOT NULL, "requested_by_id" integer NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "idempotency_key" varchar(255) NULL, "request_digest" varchar(64) NOT NULL, "priority" smallint unsigned NOT NULL CHECK ("priority" >= 0), "created" text NOT NULL CHECK ((JSON_VALID("created") OR "created" IS NULL)), "credential" varchar(60) NOT NULL, "deadline_seconds" real NULL, "requester_login" varchar(150) NOT NULL, "scope_kind" varchar(50) NOT NULL, "scope_name" varchar(100) NOT NULL, "target_name" varchar(300) NOT NULL, "lock" varchar(20) DEFAULT 'main' NOT NULL, "parent_id" char(32) NULL REFERENCES "jobs_job" ("id") DEFERRABLE INITIALLY DEFERRED, "retried_from_id" char(32) NULL REFERENCES "jobs_job" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "progress_is_percent" CHECK ("progress" <= 100), CONSTRAINT "one_job_per_idempotency_key" UNIQUE ("requested_by_id", "idempotency_key"));
INSERT INTO "jobs_job" VALUES('9dbced10c3174fee95c6250c1aee2268','virtual_machine.stop','{}','VmlydHVhbE1hY2hpbmU6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFkOnIyOnNpbS00Y2QwZjRiYjAzOWQ=','UHJvdmlkZXI6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFk','SUCCEEDED',1,100,'{"identity": {"account": "f43ecc39c472809355afe29fb9a165a3"}, "stop_failure": "", "stop_at": 1795876312.6703172, "stop_operation": ""}','{"state": "STOPPED"}','','',0,'2026-11-28 14:31:52.285256','2026-11-28 14:31:52.538222','2026-11-28 14:31:53.033200','2026-11-28 14:46:52.285256','2026-11-28 14:31:52.885675',2,NULL,NULL,0,1,NULL,'',0,'[]','',900.0,'Root','simulator','Cloud','api-002','main',NULL,NULL);
INSERT INTO "jobs_job" VALUES('e529dce1e1354968880277574b4e9688','virtual_machine.stop','{}','VmlydHVhbE1hY2hpbmU6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFkOnIyOnNpbS01ZDIzNjIxM2NlMmU=','UHJvdmlkZXI6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFk','RUNNING',1,0,'{"identity": {"account": "f43ecc39c472809355afe29fb9a165a3"}, "stop_failure": "", "stop_at": 1795876313.2625544, "stop_operation": ""}',NULL,'','',0,'2026-11-28 14:31:53.102965','2026-11-28 14:31:53.142906',NULL,'2026-11-28 14:46:53.102965','2026-11-28 14:31:53.811994',1,NULL,NULL,0,1,NULL,'',0,'[]','',900.0,'Root','simulator','Cloud','db-001','main',NULL,NULL);
INSERT INTO "jobs_job" VALUES('5a3350b5b1634b80b8d4a89954f4fc2d','virtual_machine.stop','{}','VmlydHVhbE1hY2hpbmU6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFkOnIxOnNpbS1kNGVlMGI5ZGJjNDk=','UHJvdmlkZXI6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFk','QUEUED',0,0,'{"identity": {"account": "f43ecc39c472809355afe29fb9a165a3"}}',NULL,'','',0,'2026-11-28 14:31:53.380217',NULL,NULL,'2026-11-28 14:46:53.380217','2026-11-28 14:31:53.380217',0,NULL,NULL,0,1,'the-stop','8b5f802b3f1d66d20642d5bbfe22499c1f046932506fe50226f712cacca3940c',0,'[]','',900.0,'Root','simulator','Cloud','web-001','main',NULL,NULL);
INSERT INTO "jobs_job" VALUES('443264072cae4075bb23e4c9ea11dfd2','virtual_machine.provision','{"name": "new", "size": "sim.2xlarge", "image": "img-alma-9", "location": null, "key_pair": null, "security_groups": [], "tags": [], "user_data": {"sealed": "gAAAAABrCuXZ9czlVD9tFrOi6iaXs2k2MuhlD2hHcNJGCrLqH4nM8-jd5XDfqIYC8jYS3z038N7gyPFgunh13SZJVzFKpf_4GQ=="}, "region": "r1"}',NULL,'UHJvdmlkZXI6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFk','QUEUED',0,0,'{"identity": {"account": "f43ecc39c472809355afe29fb9a165a3"}}',NULL,'','',0,'2026-11-28 14:31:53.840241',NULL,NULL,'2026-11-28 14:46:53.840241','2026-11-28 14:31:53.840241',0,NULL,NULL,0,1,NULL,'',0,'[]','',900.0,'Root','simulator','Cloud','new','main',NULL,NULL);
CREATE TABLE "jobs_jobevent" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "at" datetime NOT NULL, "kind" varchar(20) NOT NULL, "message" text NOT NULL, "job_id" char(32) NOT NULL REFERENCES "jobs_job" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "jobs_jobevent" VALUES(1,'2026-11-28 14:31:52.293442','QUEUED','Accepted.','9dbced10c3174fee95c6250c1aee2268');
INSERT INTO "jobs_jobevent" VALUES(2,'2026-11-28 14:31:52.544823','RUNNING','Begun.','9dbced10c3174fee95c6250c1aee2268');
INSERT INTO "jobs_jobevent" VALUES(3,'2026-11-28 14:31:52.861410','PROGRESS','Asked the cloud to stop the machine, which was running.','9dbced10c3174fee95c6250c1aee2268');
INSERT INTO "jobs_jobevent" VALUES(4,'2026-11-28 14:31:53.043894','SUCCEEDED','The machine is stopped.','9dbced10c3174fee95c6250c1aee2268');
INSERT INTO "jobs_jobevent" VALUES(5,'2026-11-28 14:31:53.106599','QUEUED','Accepted.','e529dce1e1354968880277574b4e9688');
INSERT INTO "jobs_jobevent" VALUES(6,'2026-11-28 14:31:53.147953','RUNNING','Begun.','e529dce1e1354968880277574b4e9688');
INSERT INTO "jobs_jobevent" VALUES(7,'2026-11-28 14:31:53.299202','PROGRESS','Asked the cloud to stop the machine, which was running.','e529dce1e1354968880277574b4e9688');
INSERT INTO "jobs_jobevent" VALUES(8,'2026-11-28 14:31:53.390563','QUEUED','Accepted.','5a3350b5b1634b80b8d4a89954f4fc2d');
INSERT INTO "jobs_jobevent" VALUES(9,'2026-11-28 14:31:53.842539','QUEUED','Accepted.','443264072cae4075bb23e4c9ea11dfd2');
CREATE TABLE "jobs_schedule" ("id" char(32) NOT NULL PRIMARY KEY, "name" varchar(100) NOT NULL, "operation" varchar(100) NOT NULL, "arguments" text NOT NULL CHECK ((JSON_VALID("arguments") OR "arguments" IS NULL)), "cron" varchar(100) NOT NULL, "timezone" varchar(60) NOT NULL, "enabled" bool NOT NULL, "next_run_at" datetime NULL, "created_at" datetime NOT NULL, "updated_at" datetime NOT NULL, "owner_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "schedule_name_of_its_owner" UNIQUE ("owner_id", "name"));
INSERT INTO "jobs_schedule" VALUES('1d13fce989394b7fae6221e74588c0cc','evening','virtual_machine.stop','{"selection": {"ids": ["64bfa446-9608-4abe-a17e-9a5855ac831d:r2:sim-4cd0f4bb039d"], "sources": null, "machines": null, "most": 20}, "given": {"ids": ["VmlydHVhbE1hY2hpbmU6NjRiZmE0NDYtOTYwOC00YWJlLWExN2UtOWE1ODU1YWM4MzFkOnIyOnNpbS00Y2QwZjRiYjAzOWQ="]}, "names": {"64bfa446-9608-4abe-a17e-9a5855ac831d:r2:sim-4cd0f4bb039d": {"name": "api-002", "provider": "Cloud", "account": "f43ecc39c472809355afe29fb9a165a3"}}}','0 19 * * *','UTC',1,'2026-11-28 19:00:00','2026-11-28 14:31:54.942287','2026-11-28 14:31:55.059306',1);
CREATE TABLE "jobs_schedulerun" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "planned_at" datetime NOT NULL, "at" datetime NOT NULL, "outcome" varchar(10) NOT NULL, "message" text NOT NULL, "job_id" char(32) NULL REFERENCES "jobs_job" ("id") DEFERRABLE INITIALLY DEFERRED, "schedule_id" char(32) NOT NULL REFERENCES "jobs_schedule" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "one_run_per_planned_time" UNIQUE ("schedule_id", "planned_at"));
CREATE UNIQUE INDEX "auth_group_permissions_group_id_permission_id_0cd325b0_uniq" ON "auth_group_permissions" ("group_id", "permission_id");
CREATE INDEX "auth_group_permissions_group_id_b120cbf9" ON "auth_group_permissions" ("group_id");
CREATE INDEX "auth_group_permissions_permission_id_84c5c92e" ON "auth_group_permissions" ("permission_id");
CREATE UNIQUE INDEX "auth_user_groups_user_id_group_id_94350c0c_uniq" ON "auth_user_groups" ("user_id", "group_id");
CREATE INDEX "auth_user_groups_user_id_6a12ed8b" ON "auth_user_groups" ("user_id");
CREATE INDEX "auth_user_groups_group_id_97559544" ON "auth_user_groups" ("group_id");
CREATE UNIQUE INDEX "auth_user_user_permissions_user_id_permission_id_14a6b632_uniq" ON "auth_user_user_permissions" ("user_id", "permission_id");
CREATE INDEX "auth_user_user_permissions_user_id_a95ead1b" ON "auth_user_user_permissions" ("user_id");
CREATE INDEX "auth_user_user_permissions_permission_id_1fbb5f2c" ON "auth_user_user_permissions" ("permission_id");
CREATE INDEX "accounts_session_user_id_d5aaed01" ON "accounts_session" ("user_id");
CREATE INDEX "accounts_membership_user_id_487fb39e" ON "accounts_membership" ("user_id");
CREATE INDEX "accounts_membership_team_id_c9c6c909" ON "accounts_membership" ("team_id");
CREATE INDEX "accounts_apitoken_user_id_bbee13e0" ON "accounts_apitoken" ("user_id");
CREATE INDEX "accounts_refreshtoken_session_id_97916894" ON "accounts_refreshtoken" ("session_id");
CREATE INDEX "audit_newest" ON "audit_auditevent" ("at" DESC, "id" DESC);
CREATE INDEX "audit_by_user" ON "audit_auditevent" ("user_key", "at" DESC, "id" DESC);
CREATE INDEX "audit_by_action" ON "audit_auditevent" ("action", "at" DESC, "id" DESC);
CREATE TRIGGER audit_no_UPDATE BEFORE UPDATE ON audit_auditevent
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_no_DELETE BEFORE DELETE ON audit_auditevent
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE UNIQUE INDEX "django_content_type_app_label_model_76bd3d3b_uniq" ON "django_content_type" ("app_label", "model");
CREATE UNIQUE INDEX "auth_permission_content_type_id_codename_01ab375a_uniq" ON "auth_permission" ("content_type_id", "codename");
CREATE INDEX "auth_permission_content_type_id_2f476e4b" ON "auth_permission" ("content_type_id");
CREATE INDEX "event_by_job" ON "jobs_jobevent" ("job_id", "id");
CREATE INDEX "schedule_due" ON "jobs_schedule" ("next_run_at") WHERE "next_run_at" IS NOT NULL;
CREATE INDEX "schedule_by_name" ON "jobs_schedule" ("name", "id");
CREATE INDEX "jobs_schedulerun_job_id_8d9decb5" ON "jobs_schedulerun" ("job_id");
CREATE INDEX "inventory_change_machine_id_827cc40b" ON "inventory_change" ("machine_id");
CREATE INDEX "inventory_change_provider_id_875142f6" ON "inventory_change" ("provider_id");
CREATE INDEX "change_of_machine" ON "inventory_change" ("machine_id", "at" DESC, "id" DESC);
CREATE INDEX "change_of_provider" ON "inventory_change" ("provider_id", "at" DESC, "id" DESC);
CREATE INDEX "change_by_age" ON "inventory_change" ("at");
CREATE INDEX "inventory_machineaddress_machine_id_77b6110c" ON "inventory_machineaddress" ("machine_id");
CREATE INDEX "inventory_machinetag_machine_id_b3347e01" ON "inventory_machinetag" ("machine_id");
CREATE INDEX "machine_by_address" ON "inventory_machineaddress" ("address", "machine_id");
CREATE INDEX "machine_by_tag" ON "inventory_machinetag" ("key", "value", "machine_id");
CREATE INDEX "inventory_grant_granted_by_id_e136aa83" ON "inventory_grant" ("granted_by_id");
CREATE INDEX "inventory_grant_provider_id_dd3803ef" ON "inventory_grant" ("provider_id");
CREATE INDEX "inventory_grant_team_id_afe751f0" ON "inventory_grant" ("team_id");
CREATE INDEX "inventory_grant_user_id_ac292cdd" ON "inventory_grant" ("user_id");
CREATE INDEX "inventory_containerlabel_container_id_f448d773" ON "inventory_containerlabel" ("container_id");
CREATE INDEX "container_by_label" ON "inventory_containerlabel" ("key", "value", "container_id");
CREATE INDEX "inventory_virtualmachine_provider_id_d5162bfc" ON "inventory_virtualmachine" ("provider_id");
CREATE INDEX "inventory_virtualmachine_source_id_57598314" ON "inventory_virtualmachine" ("source_id");
CREATE INDEX "machine_by_name" ON "inventory_virtualmachine" ("name", "id");
CREATE INDEX "machine_by_provider_name" ON "inventory_virtualmachine" ("provider_id", "name", "id");
CREATE INDEX "machine_by_state_name" ON "inventory_virtualmachine" ("state", "name", "id");
CREATE INDEX "machine_by_created_at" ON "inventory_virtualmachine" ("created_at", "id");
CREATE INDEX "machine_by_source_state" ON "inventory_virtualmachine" ("source_id", "state");
CREATE INDEX "machine_by_size" ON "inventory_virtualmachine" ("size_id", "id");
CREATE INDEX "machine_by_image" ON "inventory_virtualmachine" ("image_id", "id");
CREATE INDEX "inventory_size_provider_id_29427ad0" ON "inventory_size" ("provider_id");
CREATE INDEX "inventory_size_source_id_abc580f7" ON "inventory_size" ("source_id");
CREATE INDEX "size_by_name" ON "inventory_size" ("provider_id", "name", "id");
CREATE INDEX "inventory_image_provider_id_491582a7" ON "inventory_image" ("provider_id");
CREATE INDEX "inventory_image_source_id_12d90d47" ON "inventory_image" ("source_id");
CREATE INDEX "image_by_name" ON "inventory_image" ("provider_id", "name", "id");
CREATE INDEX "inventory_location_provider_id_153aefc3" ON "inventory_location" ("provider_id");
CREATE INDEX "inventory_location_source_id_1e00f17d" ON "inventory_location" ("source_id");
CREATE INDEX "location_by_name" ON "inventory_location" ("provider_id", "name", "id");
CREATE INDEX "inventory_container_provider_id_f2aeb9f6" ON "inventory_container" ("provider_id");
CREATE INDEX "inventory_container_source_id_10b3c2a0" ON "inventory_container" ("source_id");
CREATE INDEX "container_by_name" ON "inventory_container" ("name", "id");
CREATE INDEX "container_by_provider_name" ON "inventory_container" ("provider_id", "name", "id");
CREATE INDEX "container_by_state_name" ON "inventory_container" ("state", "name", "id");
CREATE INDEX "container_by_created_at" ON "inventory_container" ("created_at", "id");
CREATE INDEX "inventory_source_provider_id_a5a75da4" ON "inventory_source" ("provider_id");
CREATE INDEX "inventory_provider_kind_slug_c14ce68d" ON "inventory_provider" ("kind_slug");
CREATE INDEX "inventory_provider_owner_id_6aa16401" ON "inventory_provider" ("owner_id");
CREATE UNIQUE INDEX "imported_repository_by_name" ON "inventory_repository" ("full_name_folded", "duplicate") WHERE "creator_id" IS NULL;
CREATE INDEX "inventory_repository_owner_login_86256878" ON "inventory_repository" ("owner_login");
CREATE INDEX "inventory_repository_creator_id_f44b7fa8" ON "inventory_repository" ("creator_id");
CREATE INDEX "repository_by_created_at" ON "inventory_repository" ("created_at", "id");
CREATE INDEX "repository_by_name" ON "inventory_repository" ("name_folded");
CREATE INDEX "repository_by_owner" ON "inventory_repository" ("owner_folded");
CREATE INDEX "jobs_job_target_e6e46bb5" ON "jobs_job" ("target");
CREATE INDEX "jobs_job_retried_from_id_09a7d11a" ON "jobs_job" ("retried_from_id");
CREATE INDEX "job_due" ON "jobs_job" ("state", "run_after");
CREATE INDEX "job_newest" ON "jobs_job" ("created_at" DESC, "id" DESC);
CREATE INDEX "job_by_requester" ON "jobs_job" ("requested_by_id", "created_at" DESC, "id" DESC);
CREATE INDEX "job_by_scope" ON "jobs_job" ("scope", "created_at" DESC, "id" DESC);
CREATE INDEX "job_children" ON "jobs_job" ("parent_id", "created_at", "id");
CREATE INDEX "job_with_key" ON "jobs_job" ("created_at") WHERE "idempotency_key" IS NOT NULL;
CREATE INDEX "job_leased" ON "jobs_job" ("scope") WHERE "lease_owner" IS NOT NULL;
CREATE UNIQUE INDEX "one_unfinished_job_per_lock" ON "jobs_job" ("target", "lock") WHERE ("target" IS NOT NULL AND "state" IN ('QUEUED', 'RUNNING', 'CANCELING'));
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('django_migrations',53);
INSERT INTO "sqlite_sequence" VALUES('accounts_refreshtoken',0);
INSERT INTO "sqlite_sequence" VALUES('audit_auditevent',12);
INSERT INTO "sqlite_sequence" VALUES('django_content_type',30);
INSERT INTO "sqlite_sequence" VALUES('auth_permission',120);
INSERT INTO "sqlite_sequence" VALUES('auth_group',0);
INSERT INTO "sqlite_sequence" VALUES('auth_user',2);
INSERT INTO "sqlite_sequence" VALUES('jobs_schedulerun',0);
INSERT INTO "sqlite_sequence" VALUES('inventory_machineaddress',18);
INSERT INTO "sqlite_sequence" VALUES('inventory_machinetag',22);
INSERT INTO "sqlite_sequence" VALUES('inventory_virtualmachine',11);
INSERT INTO "sqlite_sequence" VALUES('inventory_size',16);
INSERT INTO "sqlite_sequence" VALUES('inventory_image',12);
INSERT INTO "sqlite_sequence" VALUES('inventory_location',0);
INSERT INTO "sqlite_sequence" VALUES('inventory_container',0);
INSERT INTO "sqlite_sequence" VALUES('inventory_source',8);
INSERT INTO "sqlite_sequence" VALUES('inventory_provider',1);
INSERT INTO "sqlite_sequence" VALUES('inventory_repository',2);
INSERT INTO "sqlite_sequence" VALUES('accounts_team',1);
INSERT INTO "sqlite_sequence" VALUES('accounts_membership',1);
INSERT INTO "sqlite_sequence" VALUES('inventory_credentials',1);
INSERT INTO "sqlite_sequence" VALUES('inventory_grant',1);
INSERT INTO "sqlite_sequence" VALUES('accounts_apitoken',1);
INSERT INTO "sqlite_sequence" VALUES('jobs_jobevent',9);
INSERT INTO "sqlite_sequence" VALUES('inventory_change',2);
COMMIT;
