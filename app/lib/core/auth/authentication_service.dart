import '../state/watched.dart';
import 'authentication_state.dart';
import 'sign_out_outcome.dart';
import 'unsent_edits.dart';

/// Who is signed in.
class AuthenticationService {
  /// Changes when somebody signs in or out, or the server ends the session.
  Watched<AuthenticationState> get state => throw UnimplementedError();

  /// Signs in. Throws [SignInFailure].
  Future<void> signIn({required String email, required String password}) => throw UnimplementedError();

  /// Makes an account and signs in. Throws [SignInFailure].
  Future<void> register({required String email, required String password}) => throw UnimplementedError();

  /// Signs in with an ID token that Google's own sign-in gave. Throws [SignInFailure].
  Future<void> signInWithGoogle(String idToken) => throw UnimplementedError();

  /// Signs out and erases this user's data from the device, unsent edits only as [unsent] says. Works offline.
  /// [everywhere] ends the user's sessions on all devices, as far as the server can be reached.
  Future<SignOutOutcome> signOut({UnsentEdits unsent = UnsentEdits.refuse, bool everywhere = false}) =>
      throw UnimplementedError();

  /// Changes the password; all other devices must sign in again. Throws [SignInFailure].
  Future<void> changePassword({required String current, required String replacement}) => throw UnimplementedError();

  /// Deletes the account on the server, then everything of it here. Throws [SignInFailure].
  Future<void> deleteAccount({required String password}) => throw UnimplementedError();
}
