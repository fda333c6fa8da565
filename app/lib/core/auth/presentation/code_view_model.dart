import '../../presentation/command.dart';
import '../../presentation/view_model.dart';
import '../authentication_service.dart';
import '../sign_in_failure.dart';

/// State and actions of the form for a one-time code, which replaces a forgotten password or confirms a new account's
/// address (docs/PROTOCOL.md, "Forgotten password").
class CodeViewModel extends ViewModel {
  /// A form for [email]. With [password] an account was created with it, and a code was mailed.
  CodeViewModel(this._authentication, {required this.email, String? password})
    : _password = password,
      _asksForCode = password != null,
      _isMailed = password != null;

  final AuthenticationService _authentication;
  final String? _password;

  bool _asksForCode;
  bool _isMailed;

  /// The request in progress, and why the last one failed.
  late final request = Command(SignInFailure.from, notifyListeners);

  /// The address.
  String email;

  /// Whether the code confirms a new account, whose password is known.
  bool get isNew => _password != null;

  /// Whether the form asks for the code; before that, for the address to mail one to.
  bool get asksForCode => _asksForCode;

  /// Whether a code was mailed.
  bool get isMailed => _isMailed;

  /// The user has a code, or asks for another one.
  void askForCode({required bool isAsked}) {
    _asksForCode = isAsked;
    _isMailed = false;
    request.forget();
    notifyListeners();
  }

  /// Has a code mailed to [address].
  Future<void> mailCode(String address) => request.run(() async {
    email = address.trim();
    await _authentication.mailCode(email);
    _asksForCode = _isMailed = true;
  });

  /// Sends the [code] that came to [address], with a new [password] unless it [isNew]; returns whether the user is signed in.
  Future<bool> submit({required String address, required String code, required String password}) => request.attempt(
    () => _authentication.resetPassword(email: address.trim(), code: code.trim(), password: _password ?? password),
  );
}
