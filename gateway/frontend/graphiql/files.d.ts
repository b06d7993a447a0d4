// Files that the bundler turns into text, or into the style sheet.
declare module "*.graphql" {
  const text: string;
  export default text;
}
declare module "*.css";
