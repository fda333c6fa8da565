import 'dart:async';

import 'package:flutter/material.dart';

import '../../../l10n/generated/weight_words.dart';
import '../../presentation/notice.dart';
import '../../presentation/page_width.dart';
import 'code_view_model.dart';
import 'email_field.dart';
import 'password_field.dart';
import 'sign_in_failure_text.dart';

/// The form for a one-time code: first the address, then the code and the new password.
class CodeScreen extends StatefulWidget {
  /// New passwords have [passwordShortest] to [passwordLongest] characters.
  const CodeScreen({
    required this.viewModel,
    required this.passwordShortest,
    required this.passwordLongest,
    required this.sendsMail,
    required this.onDone,
    super.key,
  });

  /// The form's state and actions.
  final CodeViewModel viewModel;

  /// Minimum number of characters of a new password.
  final int passwordShortest;

  /// Maximum number of characters of a new password.
  final int passwordLongest;

  /// Whether the server mails codes; otherwise its operator has them.
  final bool sendsMail;

  /// Called after a successful sign-in.
  final VoidCallback onDone;

  @override
  State<CodeScreen> createState() => _CodeScreenState();
}

class _CodeScreenState extends State<CodeScreen> {
  final _form = GlobalKey<FormState>();
  late final _email = TextEditingController(text: _model.email);
  final _code = TextEditingController();
  final _password = TextEditingController();

  CodeViewModel get _model => widget.viewModel;

  @override
  void dispose() {
    _email.dispose();
    _code.dispose();
    _password.dispose();
    super.dispose();
  }

  bool get _isValid => _form.currentState?.validate() ?? false;

  Future<void> _mailCode() async {
    if (_isValid) await _model.mailCode(_email.text);
  }

  Future<void> _submit() async {
    if (!_isValid) return;
    final worked = await _model.submit(address: _email.text, code: _code.text, password: _password.text);
    if (worked && mounted) widget.onDone();
  }

  @override
  Widget build(BuildContext context) => Scaffold(
    appBar: AppBar(),
    body: SafeArea(
      child: Center(
        child: SingleChildScrollView(
          padding: const EdgeInsets.all(24),
          child: PageWidth(
            child: ListenableBuilder(
              listenable: _model,
              builder: (context, _) => Form(
                key: _form,
                child: Column(crossAxisAlignment: CrossAxisAlignment.stretch, children: _content(context)),
              ),
            ),
          ),
        ),
      ),
    ),
  );

  List<Widget> _content(BuildContext context) {
    final words = WeightWords.of(context);
    final theme = Theme.of(context);
    return [
      Semantics(
        header: true,
        child: Text(
          _model.isNew ? words.confirmAddress : words.forgotPassword,
          style: theme.textTheme.headlineMedium,
          textAlign: TextAlign.center,
        ),
      ),
      const SizedBox(height: 20),
      if (_model.isMailed) Notice(words.codeSent(_model.email), isError: false),
      if (!_model.asksForCode)
        Text(
          widget.sendsMail ? words.codeLead : words.codeByOperator,
          textAlign: TextAlign.center,
          style: theme.textTheme.bodyLarge?.copyWith(color: theme.colorScheme.onSurfaceVariant),
        ),
      const SizedBox(height: 16),
      if (_model.request.failure case final failure?) ...[
        Notice(signInFailureText(failure, words)),
        const SizedBox(height: 16),
      ],
      if (!_model.isNew) ...[EmailField(controller: _email), const SizedBox(height: 16)],
      ..._model.asksForCode ? _codeFields(words) : _addressButtons(words),
    ];
  }

  List<Widget> _addressButtons(WeightWords words) => [
    if (widget.sendsMail) ...[
      const SizedBox(height: 8),
      FilledButton(onPressed: _model.request.isBusy ? null : () => unawaited(_mailCode()), child: Text(words.sendCode)),
    ],
    const SizedBox(height: 8),
    TextButton(
      onPressed: _model.request.isBusy ? null : () => _model.askForCode(isAsked: true),
      child: Text(words.haveCode),
    ),
  ];

  List<Widget> _codeFields(WeightWords words) {
    final length = words.passwordLength(widget.passwordShortest, widget.passwordLongest);
    return [
      TextFormField(
        controller: _code,
        autocorrect: false,
        enableSuggestions: false,
        textCapitalization: TextCapitalization.characters,
        autofillHints: const [AutofillHints.oneTimeCode],
        decoration: InputDecoration(labelText: words.code, prefixIcon: const Icon(Icons.vpn_key)),
        validator: (text) => (text ?? '').trim().isEmpty ? words.codeMissing : null,
      ),
      const SizedBox(height: 16),
      if (!_model.isNew) ...[
        PasswordField(
          controller: _password,
          label: words.newPassword,
          helper: length,
          isNew: true,
          validator: (text) {
            final count = (text ?? '').runes.length;
            return count < widget.passwordShortest || count > widget.passwordLongest ? length : null;
          },
          onSubmitted: () => unawaited(_submit()),
        ),
        const SizedBox(height: 16),
      ],
      const SizedBox(height: 8),
      FilledButton(onPressed: _model.request.isBusy ? null : () => unawaited(_submit()), child: Text(words.signIn)),
      if (!_model.isNew && widget.sendsMail) ...[
        const SizedBox(height: 8),
        TextButton(
          onPressed: _model.request.isBusy ? null : () => _model.askForCode(isAsked: false),
          child: Text(words.sendCode),
        ),
      ],
    ];
  }
}
