/** Who may do what: the viewer's own sessions and tokens, grants, teams and users. */
import type { Gateway } from "../api/gateway.ts";
import { graphql, type ResultOf, type VariablesOf } from "../api/graphql.ts";
import { accepted } from "../api/post.ts";

export const ownQuery = graphql(`query OwnAccess {
  viewer { id login superuser }
  sessions { id createdAt expiresAt address current }
  apiTokens { id name scope createdAt expiresAt lastUsedAt lastUsedFrom providers { id name } }
}`);
export const grantsQuery = graphql(`query Grants($provider: ID!) {
  provider(id: $provider) {
    owner { id login }
    grants { id role grantedAt user { id login } team { id name } grantedBy { login } }
  }
  users(first: 1000) { nodes { id login } }
  teams { id name }
}`);
export const peopleQuery = graphql(`query People {
  users(first: 1000) { nodes { id login name active superuser } totalCount }
  teams { id name members(first: 1000) { nodes { id login } } }
}`);

const createToken = graphql(`mutation CreateToken($input: CreateApiTokenInput!) {
  createApiToken(input: $input) { secret errors { message } }
}`);
const revokeToken = graphql(`mutation RevokeToken($input: RevokeApiTokenInput!) {
  revokeApiToken(input: $input) { errors { message } }
}`);
const revokeSession = graphql(`mutation RevokeSession($input: RevokeSessionInput!) {
  revokeSession(input: $input) { errors { message } }
}`);
const grant = graphql(`mutation GrantAccess($input: GrantProviderAccessInput!) {
  grantProviderAccess(input: $input) { errors { message } }
}`);
const revokeGrant = graphql(`mutation RevokeAccess($input: RevokeProviderAccessInput!) {
  revokeProviderAccess(input: $input) { errors { message } }
}`);
const createTeam = graphql(`mutation CreateTeam($input: CreateTeamInput!) {
  createTeam(input: $input) { errors { message } }
}`);
const deleteTeam = graphql(`mutation DeleteTeam($input: DeleteTeamInput!) {
  deleteTeam(input: $input) { errors { message } }
}`);
const addMember = graphql(`mutation AddMember($input: AddTeamMemberInput!) {
  addTeamMember(input: $input) { errors { message } }
}`);
const removeMember = graphql(`mutation RemoveMember($input: RemoveTeamMemberInput!) {
  removeTeamMember(input: $input) { errors { message } }
}`);
const renameTeam = graphql(`mutation RenameTeam($input: RenameTeamInput!) {
  renameTeam(input: $input) { errors { message } }
}`);
const changePassword = graphql(`mutation ChangePassword($input: ChangePasswordInput!) {
  changePassword(input: $input) { errors { message } }
}`);
const createUser = graphql(`mutation CreateUser($input: CreateUserInput!) {
  createUser(input: $input) { errors { message } }
}`);
const updateUser = graphql(`mutation UpdateUser($input: UpdateUserInput!) {
  updateUser(input: $input) { errors { message } }
}`);

export type ApiToken = NonNullable<ResultOf<typeof ownQuery>["apiTokens"]>[number];
export type Session = NonNullable<ResultOf<typeof ownQuery>["sessions"]>[number];
export type Team = NonNullable<ResultOf<typeof peopleQuery>["teams"]>[number];
export type Person = NonNullable<ResultOf<typeof peopleQuery>["users"]>["nodes"][number];
export type Grant = NonNullable<
  NonNullable<ResultOf<typeof grantsQuery>["provider"]>["grants"]
>[number];
type InputOf<T> = VariablesOf<T> extends { input: infer Input } ? Input : never;
export type NewToken = InputOf<typeof createToken>;

export const SCOPES = ["READ", "PLAN", "OPERATE"] as const;
export const ROLES = ["VIEWER", "OPERATOR", "ADMIN"] as const;
export const ROLE_HELP: Record<Role, string> = {
  VIEWER: "Sees machines, changes and jobs; not the objects in buckets.",
  OPERATOR: "Also acts, orders, and reads and writes objects.",
  ADMIN: "Also edits and disconnects the provider, and gives roles.",
};
export type Scope = (typeof SCOPES)[number];
export type Role = (typeof ROLES)[number];

/** The mutations of this view. Each throws the gateway's reason if it refuses. */
export class Access {
  readonly #gateway: Gateway;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  /** Returns the secret: it is in this answer and nowhere else. */
  async createToken(input: NewToken): Promise<string> {
    const { createApiToken } = await this.#gateway.execute(createToken, { input });
    const { secret } = accepted(createApiToken);
    if (!secret) throw new Error("The gateway sent no secret.");
    return secret;
  }

  async revokeToken(id: string): Promise<void> {
    accepted((await this.#gateway.execute(revokeToken, { input: { id } })).revokeApiToken);
  }

  async revokeSession(id: string): Promise<void> {
    accepted((await this.#gateway.execute(revokeSession, { input: { id } })).revokeSession);
  }

  async grant(input: InputOf<typeof grant>): Promise<void> {
    accepted((await this.#gateway.execute(grant, { input })).grantProviderAccess);
  }

  async revokeGrant(id: string): Promise<void> {
    accepted((await this.#gateway.execute(revokeGrant, { input: { id } })).revokeProviderAccess);
  }

  async createTeam(name: string): Promise<void> {
    accepted((await this.#gateway.execute(createTeam, { input: { name } })).createTeam);
  }

  async renameTeam(id: string, name: string): Promise<void> {
    accepted((await this.#gateway.execute(renameTeam, { input: { id, name } })).renameTeam);
  }

  /** Ends all sessions of the user, this one too. */
  async changePassword(input: InputOf<typeof changePassword>): Promise<void> {
    accepted((await this.#gateway.execute(changePassword, { input })).changePassword);
  }

  async deleteTeam(id: string): Promise<void> {
    accepted((await this.#gateway.execute(deleteTeam, { input: { id } })).deleteTeam);
  }

  async addMember(team: string, user: string): Promise<void> {
    accepted((await this.#gateway.execute(addMember, { input: { team, user } })).addTeamMember);
  }

  async removeMember(team: string, user: string): Promise<void> {
    accepted((await this.#gateway.execute(removeMember, { input: { team, user } })).removeTeamMember);
  }

  async createUser(input: InputOf<typeof createUser>): Promise<void> {
    accepted((await this.#gateway.execute(createUser, { input })).createUser);
  }

  async updateUser(input: InputOf<typeof updateUser>): Promise<void> {
    accepted((await this.#gateway.execute(updateUser, { input })).updateUser);
  }
}

/** Whom a grant is for, from the value of a choice: `user:ID` or `team:ID`. */
export function granteeOf(value: string): { user: string } | { team: string } | null {
  const at = value.indexOf(":");
  const [kind, id] = [value.slice(0, at), value.slice(at + 1)];
  if (!id || at < 0) return null;
  return kind === "team" ? { team: id } : { user: id };
}
