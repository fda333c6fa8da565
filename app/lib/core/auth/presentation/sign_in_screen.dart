import 'package:flutter/material.dart';

import '../../../l10n/generated/weight_words.dart';
import '../../presentation/notice.dart';
import '../../presentation/page_width.dart';
import 'email_field.dart';
import 'google_button.dart';
import 'password_field.dart';
import 'sign_in_failure_text.dart';
import 'sign_in_view_model.dart';

/// The form for signing in, signing in again and creating an account.
class SignInScreen extends StatefulWidget {
  /// Passwords of new accounts have [passwordShortest] to [passwordLongest] characters.
  const SignInScreen({
    required this.viewModel,
    required this.passwordShortest,
    required this.passwordLongest,
    required this.isRegistrationOpen,
    required this.onCode,
    this.googleClientIds = const [],
    this.onDone,
    super.key,
  });

  /// The form's state and actions.
  final SignInViewModel viewModel;

  /// Minimum number of characters of a new password.
  final int passwordShortest;

  /// Maximum number of characters of a new password.
  final int passwordLongest;

  /// Whether new accounts can be created.
  final bool isRegistrationOpen;

  /// Opens the form for a one-time code; returns whether the user is signed in. With [password], an account was created
  /// and the code confirms [email].
  final Future<bool> Function({required String email, String? password}) onCode;

  /// The server's Google client ids; empty if it does not support sign-in with Google.
  final List<String> googleClientIds;

  /// Called after a successful sign-in.
  final VoidCallback? onDone;

  @override
  State<SignInScreen> createState() => _SignInScreenState();
}

class _SignInScreenState extends State<SignInScreen> {
  final _form = GlobalKey<FormState>();
  late final _email = TextEditingController(text: widget.viewModel.knownEmail);
  final _password = TextEditingController();

  @override
  void dispose() {
    _email.dispose();
    _password.dispose();
    super.dispose();
  }

  Future<void> _submit() async {
    if (!(_form.currentState?.validate() ?? false)) return;
    final worked = await widget.viewModel.submit(email: _email.text, password: _password.text);
    if (!mounted) return;
    if (worked) {
      widget.onDone?.call();
    } else if (widget.viewModel.isCodeMailed) {
      await _enterCode(password: _password.text);
    }
  }

  Future<void> _enterCode({String? password}) async {
    final worked = await widget.onCode(email: _email.text.trim(), password: password);
    if (worked && mounted) widget.onDone?.call();
  }

  Future<void> _continueWithGoogle() async {
    final worked = await widget.viewModel.continueWithGoogle(widget.googleClientIds);
    if (worked && mounted) widget.onDone?.call();
  }

  String? _passwordProblem(String? text) {
    final words = WeightWords.of(context);
    final length = (text ?? '').runes.length;
    if (!widget.viewModel.isNew) return length == 0 ? words.passwordMissing : null;
    final isFit = length >= widget.passwordShortest && length <= widget.passwordLongest;
    return isFit ? null : words.passwordLength(widget.passwordShortest, widget.passwordLongest);
  }

  @override
  Widget build(BuildContext context) => Scaffold(
    appBar: Navigator.of(context).canPop() ? AppBar() : null,
    body: SafeArea(
      child: Center(
        child: SingleChildScrollView(
          padding: const EdgeInsets.all(24),
          child: PageWidth(
            child: ListenableBuilder(listenable: widget.viewModel, builder: _content),
          ),
        ),
      ),
    ),
  );

  Widget _content(BuildContext context, Widget? _) {
    final words = WeightWords.of(context);
    final theme = Theme.of(context);
    final model = widget.viewModel;
    final isAgain = model.knownEmail != null;
    final title = isAgain ? words.signInAgain : (model.isNew ? words.createAccount : words.signIn);
    final lead = isAgain ? words.signInAgainLead : (model.isNew ? words.createAccountLead : words.signInLead);
    return AutofillGroup(
      child: Form(
        key: _form,
        child: Column(
          crossAxisAlignment: CrossAxisAlignment.stretch,
          children: [
            ExcludeSemantics(child: Icon(Icons.monitor_weight, size: 64, color: theme.colorScheme.primary)),
            const SizedBox(height: 20),
            Semantics(
              header: true,
              child: Text(title, style: theme.textTheme.headlineMedium, textAlign: TextAlign.center),
            ),
            const SizedBox(height: 8),
            Text(
              lead,
              textAlign: TextAlign.center,
              style: theme.textTheme.bodyLarge?.copyWith(color: theme.colorScheme.onSurfaceVariant),
            ),
            const SizedBox(height: 28),
            if (model.accountWasDeleted) ...[
              Notice(words.accountWasDeleted, isError: false),
              const SizedBox(height: 16),
            ],
            if (model.request.failure case final failure?) ...[
              Notice(signInFailureText(failure, words)),
              const SizedBox(height: 16),
            ],
            EmailField(controller: _email),
            const SizedBox(height: 16),
            PasswordField(
              controller: _password,
              label: words.password,
              helper: model.isNew ? words.passwordLength(widget.passwordShortest, widget.passwordLongest) : null,
              isNew: model.isNew,
              validator: _passwordProblem,
              onSubmitted: _submit,
            ),
            const SizedBox(height: 24),
            FilledButton(
              onPressed: model.request.isBusy ? null : _submit,
              child: model.request.isBusy
                  ? const SizedBox.square(dimension: 22, child: CircularProgressIndicator(strokeWidth: 2.5))
                  : Text(model.isNew ? words.createAccount : words.signIn),
            ),
            if (!model.isNew) ...[
              const SizedBox(height: 8),
              TextButton(
                onPressed: model.request.isBusy ? null : _enterCode,
                child: Text(words.forgotPassword, textAlign: TextAlign.center),
              ),
            ],
            if (!isAgain && (widget.isRegistrationOpen || model.isNew)) ...[
              const SizedBox(height: 8),
              TextButton(
                onPressed: model.request.isBusy ? null : model.toggle,
                child: Text(model.isNew ? words.toSignIn : words.toCreateAccount, textAlign: TextAlign.center),
              ),
            ],
            if (model.hasGoogle && widget.googleClientIds.isNotEmpty)
              GoogleButton(onPressed: model.request.isBusy ? null : _continueWithGoogle),
          ],
        ),
      ),
    );
  }
}
