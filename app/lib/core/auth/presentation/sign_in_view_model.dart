import '../../presentation/command.dart';
import '../../presentation/view_model.dart';
import '../authentication_service.dart';
import '../authentication_state.dart';
import '../google_id_tokens.dart';
import '../sign_in_failure.dart';

/// State and actions of the sign-in form.
class SignInViewModel extends ViewModel {
  /// Signs in through [_authentication], and with [google] if given.
  SignInViewModel(this._authentication, {GoogleIdTokens? google}) : _google = google;

  final AuthenticationService _authentication;
  final GoogleIdTokens? _google;

  bool _isNew = false;

  /// The request in progress, and why the last one failed.
  late final request = Command(SignInFailure.from, notifyListeners);

  /// Whether the form creates an account.
  bool get isNew => _isNew;

  /// The address of the user who must sign in again; null if the session has not expired.
  String? get knownEmail => switch (_authentication.state.value) {
    SignInExpired(:final user) => user.email,
    _ => null,
  };

  /// Whether the last session ended because the account was deleted.
  bool get accountWasDeleted => switch (_authentication.state.value) {
    SignedOut(:final accountWasDeleted) => accountWasDeleted,
    _ => false,
  };

  /// Switches between signing in and creating an account.
  void toggle() {
    _isNew = !_isNew;
    request.forget();
    notifyListeners();
  }

  /// Whether this app can sign in with Google.
  bool get hasGoogle => _google != null;

  bool _isCodeMailed = false;

  /// Whether the server has mailed a code, which the new account needs.
  bool get isCodeMailed => _isCodeMailed;

  /// Sends the form and returns whether the user is signed in; if not, [request] or [isCodeMailed] says why. Returns false
  /// while another request is in progress.
  Future<bool> submit({required String email, required String password}) => _enter(() async {
    if (_isNew) {
      final isSignedIn = await _authentication.register(email: email.trim(), password: password);
      _isCodeMailed = !isSignedIn;
      return isSignedIn;
    }
    await _authentication.signIn(email: email.trim(), password: password);
    return true;
  });

  Future<bool> _enter(Future<bool> Function() action) async =>
      await request.run(() {
        _isCodeMailed = false;
        return action();
      }) ??
      false;

  /// Gets a Google token for one of [clientIds], signs in with it and returns whether it succeeded. Cancelling at
  /// Google is not a failure and shows nothing.
  Future<bool> continueWithGoogle(List<String> clientIds) => _enter(() async {
    final token = await _google!.askOrFail(clientIds);
    if (token == null) return false;
    await _authentication.signInWithGoogle(token);
    return true;
  });
}
