import '../api/api_failure.dart';
import '../state/watched.dart';
import 'authentication_state.dart';
import 'weight_sync_user.dart';

/// Notes in the log that [what] happened because of [thrown]. With a [trace], what is unexpected counts as a bug.
typedef NoteFailure = void Function(String what, Object thrown, [StackTrace? trace]);

/// Who is signed in, and their access tokens, as requests and sync need it.
abstract interface class SyncAuthentication {
  /// Changes when a user signs in or out, or the session ends.
  Watched<AuthenticationState> get state;

  /// Resumes the session of the last run. Works offline.
  Future<void> start();

  /// A valid access token of [user]. Throws `SignInRequired` or [ApiFailure].
  Future<String> accessToken(WeightSyncUser user);

  /// A new access token of [user] after the server [refused] the old one. Throws `SignInRequired` or [ApiFailure].
  Future<String> tokenAfter(Refused refused, {required String refusedToken, required WeightSyncUser user});

  /// Ends the session of [refusedToken] because the server [refused] it. Always throws: `SignInRequired`, or [refused] if
  /// the user has another session by now.
  Future<Never> giveUp(Refused refused, {required String refusedToken, required WeightSyncUser user});

  /// Waits for what is in progress.
  Future<void> close();
}
