/** The viewer's own password. */
import { Access } from "../data/access.ts";
import { useStores } from "../parts/context.ts";
import { EntryForm } from "../parts/entry_form.tsx";

export function Password() {
  const { gateway } = useStores();
  const { login, session } = gateway;
  const change = async (text: (name: string) => string) => {
    const newPassword = text("password");
    const input = { currentPassword: text("password before"), newPassword };
    await new Access(gateway).changePassword(input);
    await session.logIn(login, newPassword); // this session has ended with all others
  };
  return (
    <section class="card" aria-label="Your password">
      <h2>Your password</h2>
      <EntryForm label="Change your password" button="Change the password" work={change}>
        <input hidden readOnly autocomplete="username" value={login} />
        <label>
          Current password
          <input
            name="password before"
            type="password"
            required
            autocomplete="current-password"
          />
        </label>
        <label>
          New password
          <input name="password" type="password" required autocomplete="new-password" />
        </label>
      </EntryForm>
      <p class="detail">It ends your sessions in other browsers. Your API tokens stay.</p>
    </section>
  );
}
