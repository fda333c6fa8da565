import '../../presentation/view_model.dart';
import '../authentication_service.dart';
import '../authentication_state.dart';
import '../google_id_tokens.dart';
import '../sign_in_failure.dart';

/// Signing in and making an account.
class SignInViewModel extends ViewModel {
  /// At [_authentication].
  SignInViewModel(this._authentication, {GoogleIdTokens? google}) : _google = google;

  final AuthenticationService _authentication;
  final GoogleIdTokens? _google;

  bool _isNew = false;
  bool _isBusy = false;
  SignInFailure? _failure;

  /// Whether an account is to be made.
  bool get isNew => _isNew;

  /// Whether the server is being asked.
  bool get isBusy => _isBusy;

  /// Why the last attempt did not work.
  SignInFailure? get failure => _failure;

  /// Who must sign in again; null for a new face.
  String? get knownEmail => switch (_authentication.state.value) {
    SignInExpired(:final user) => user.email,
    _ => null,
  };

  /// Whether the account that was signed in here is no more.
  bool get accountWasDeleted => switch (_authentication.state.value) {
    SignedOut(:final accountWasDeleted) => accountWasDeleted,
    _ => false,
  };

  /// Changes between signing in and making an account.
  void toggle() {
    _isNew = !_isNew;
    _failure = null;
    notifyListeners();
  }

  /// Whether this app can ask Google.
  bool get hasGoogle => _google != null;

  /// Asks the server; whether it worked. A second tap meanwhile does nothing.
  Future<bool> submit({required String email, required String password}) => _enter(() async {
    final enter = _isNew ? _authentication.register : _authentication.signIn;
    await enter(email: email.trim(), password: password);
    return true;
  });

  /// Asks Google for a token made for one of [clientIds], then the server; whether it worked. Nothing is said of it when
  /// the person changes their mind.
  Future<bool> continueWithGoogle(List<String> clientIds) => _enter(() async {
    final token = await _tokenOf(clientIds);
    if (token == null) return false;
    await _authentication.signInWithGoogle(token);
    return true;
  });

  Future<String?> _tokenOf(List<String> clientIds) async {
    try {
      return await _google!.ask(clientIds);
    } on Object catch (thrown) {
      // Whatever the plug-in throws, it is not known here.
      throw SignInFailure(SignInFailureKind.googleFailed, detail: '${thrown.runtimeType}');
    }
  }

  Future<bool> _enter(Future<bool> Function() action) async {
    if (_isBusy) return false;
    _isBusy = true;
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
