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
  bool _isBusy = false;
  SignInFailure? _failure;

  /// Whether the form creates an account.
  bool get isNew => _isNew;

  /// Whether a request is in progress.
  bool get isBusy => _isBusy;

  /// Why the last attempt failed.
  SignInFailure? get failure => _failure;

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
    _failure = null;
    notifyListeners();
  }

  /// Whether this app can sign in with Google.
  bool get hasGoogle => _google != null;

  bool _isCodeMailed = false;

  /// Whether the server has mailed a code, which the new account needs.
  bool get isCodeMailed => _isCodeMailed;

  /// Sends the form and returns whether the user is signed in; if not, [failure] or [isCodeMailed] says why. Returns false
  /// while another request is in progress.
  Future<bool> submit({required String email, required String password}) => _run(() async {
    if (_isNew) {
      final isSignedIn = await _authentication.register(email: email.trim(), password: password);
      _isCodeMailed = !isSignedIn;
      return isSignedIn;
    }
    await _authentication.signIn(email: email.trim(), password: password);
    return true;
  });

  /// Gets a Google token for one of [clientIds], signs in with it and returns whether it succeeded. Cancelling at
  /// Google is not a failure and shows nothing.
  Future<bool> continueWithGoogle(List<String> clientIds) => _run(() async {
    final token = await _googleToken(clientIds);
    if (token == null) return false;
    await _authentication.signInWithGoogle(token);
    return true;
  });

  Future<String?> _googleToken(List<String> clientIds) async {
    try {
      return await _google!.ask(clientIds);
    } on Object catch (thrown) {
      // The plug-in may throw anything.
      throw SignInFailure(SignInFailureKind.googleFailed, detail: '${thrown.runtimeType}');
    }
  }

  Future<bool> _run(Future<bool> Function() action) async {
    if (_isBusy) return false;
    _isBusy = true;
    _isCodeMailed = false;
    _failure = null;
    notifyListeners();
    try {
      return await action();
    } on SignInFailure catch (failure) {
      _failure = failure;
      return false;
    } on Exception catch (thrown) {
      _failure = SignInFailure.odd(thrown);
      return false;
    } finally {
      _isBusy = false;
      notifyListeners();
    }
  }
}
