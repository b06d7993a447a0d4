// GitHub's published schema, served on loopback with an answer of the right type to every field.
// It prints its port. A document that the schema does not admit is answered with its errors.
import { createServer } from "node:http";

import { schema as published } from "@octokit/graphql-schema";
import {
  buildSchema,
  execute,
  getNullableType,
  isEnumType,
  isListType,
  isScalarType,
  parse,
  validate,
} from "graphql";

// As published it defines two fields twice.
const schema = buildSchema(published.idl, { assumeValidSDL: true });
const TYPES = { RepositoryOwner: "Organization", Actor: "User" };
const SCALARS = {
  Boolean: false,
  DateTime: "2026-01-02T03:04:05Z",
  ID: "R_1",
  Int: 1,
  String: "text",
  URI: "https://github.com/text",
};

function mocked(type) {
  const known = getNullableType(type);
  if (isListType(known)) return [mocked(known.ofType)];
  if (isEnumType(known)) return known.getValues()[0].value;
  if (isScalarType(known)) return SCALARS[known.name] ?? "text";
  return {};
}

// A node is of the first type that is asked of it.
function typeOf(info, type) {
  const [asked] = info.fieldNodes[0].selectionSet.selections.filter((one) => one.typeCondition);
  return type.name === "Node" ? asked.typeCondition.name.value : TYPES[type.name];
}

function answer({ query, variables }) {
  const document = parse(query);
  const errors = validate(schema, document);
  if (errors.length) return { errors };
  return execute({
    schema,
    document,
    variableValues: variables,
    fieldResolver: (_source, _args, _context, info) => mocked(info.returnType),
    typeResolver: (_value, _context, info, type) => typeOf(info, type),
  });
}

const server = createServer(async (request, response) => {
  let text = "";
  for await (const piece of request) text += piece;
  const isQuery = request.method === "POST" && request.url === "/api/graphql";
  const body = isQuery ? await answer(JSON.parse(text)) : { message: "Not Found" };
  response.writeHead(isQuery ? 200 : 404, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
