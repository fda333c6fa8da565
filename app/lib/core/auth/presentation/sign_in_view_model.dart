import '../../presentation/view_model.dart';
import '../authentication_service.dart';
import '../authentication_state.dart';
import '../sign_in_failure.dart';

/// Signing in and making an account.
class SignInViewModel extends ViewModel {
  /// At [_authentication].
  SignInViewModel(this._authentication);

  final AuthenticationService _authentication;

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

  /// Asks the server; whether it worked. A second tap meanwhile does nothing.
  Future<bool> submit({required String email, required String password}) async {
    if (_isBusy) return false;
    _isBusy = true;
    _failure = null;
    notifyListeners();
    try {
      final enter = _isNew ? _authentication.register : _authentication.signIn;
      await enter(email: email.trim(), password: password);
      return true;
    } on SignInFailure catch (failure) {
      _failure = failure;
      return false;
    } on Exception catch (thrown) {
      _failure = SignInFailure(SignInFailureKind.server, detail: '$thrown');
      return false;
    } finally {
      _isBusy = false;
      notifyListeners();
    }
  }
}
