import 'package:flutter/material.dart';

import '../../../core/auth/presentation/password_field.dart';
import '../../../core/auth/presentation/sign_in_failure_text.dart';
import '../../../core/auth/sign_in_failure.dart';
import '../../../core/presentation/command.dart';
import '../../../core/presentation/notice.dart';
import '../../../l10n/generated/weight_words.dart';
import 'settings_view_model.dart';

/// Asks for the current and a new password.
class ChangePasswordDialog extends StatefulWidget {
  /// A dialog for the account of [viewModel].
  const ChangePasswordDialog({required this.viewModel, super.key});

  /// Changes the password.
  final SettingsViewModel viewModel;

  @override
  State<ChangePasswordDialog> createState() => _ChangePasswordDialogState();
}

class _ChangePasswordDialogState extends State<ChangePasswordDialog> {
  final _form = GlobalKey<FormState>();
  final _current = TextEditingController();
  final _replacement = TextEditingController();
  late final _request = Command(SignInFailure.from, () {
    if (mounted) setState(() {});
  });

  @override
  void dispose() {
    _current.dispose();
    _replacement.dispose();
    super.dispose();
  }

  Future<void> _submit() async {
    if (!(_form.currentState?.validate() ?? false)) return;
    final messenger = ScaffoldMessenger.of(context);
    final done = WeightWords.of(context).passwordChanged;
    final isDone = await _request.attempt(() => widget.viewModel.changePassword(_current.text, _replacement.text));
    if (!isDone || !mounted) return;
    Navigator.of(context).pop();
    messenger.showSnackBar(SnackBar(content: Text(done)));
  }

  @override
  Widget build(BuildContext context) {
    final words = WeightWords.of(context);
    final limits = widget.viewModel.limits;
    final length = words.passwordLength(limits.passwordShortest, limits.passwordLongest);
    return AlertDialog(
      title: Text(words.changePassword),
      scrollable: true,
      content: Form(
        key: _form,
        child: Column(
          mainAxisSize: MainAxisSize.min,
          crossAxisAlignment: CrossAxisAlignment.stretch,
          children: [
            Text(words.changePasswordLead),
            const SizedBox(height: 16),
            if (_request.failure case final failure?) ...[
              Notice(signInFailureText(failure, words)),
              const SizedBox(height: 16),
            ],
            PasswordField(
              controller: _current,
              label: words.currentPassword,
              validator: (text) => (text ?? '').isEmpty ? words.passwordMissing : null,
            ),
            const SizedBox(height: 16),
            PasswordField(
              controller: _replacement,
              label: words.newPassword,
              helper: length,
              isNew: true,
              validator: (text) {
                final count = (text ?? '').runes.length;
                return count < limits.passwordShortest || count > limits.passwordLongest ? length : null;
              },
            ),
          ],
        ),
      ),
      actions: [
        TextButton(onPressed: () => Navigator.of(context).pop(), child: Text(words.cancel)),
        FilledButton(onPressed: _request.isBusy ? null : _submit, child: Text(words.changePassword)),
      ],
    );
  }
}
