import 'package:flutter/material.dart';

import '../../../core/auth/presentation/password_field.dart';
import '../../../core/auth/presentation/sign_in_failure_text.dart';
import '../../../core/auth/sign_in_failure.dart';
import '../../../core/presentation/command.dart';
import '../../../core/presentation/notice.dart';
import '../../../l10n/generated/weight_words.dart';
import 'settings_view_model.dart';

/// Asks for the password before deleting the account.
class DeleteAccountDialog extends StatefulWidget {
  /// A dialog for the account of [viewModel].
  const DeleteAccountDialog({required this.viewModel, super.key});

  /// Deletes the account.
  final SettingsViewModel viewModel;

  @override
  State<DeleteAccountDialog> createState() => _DeleteAccountDialogState();
}

class _DeleteAccountDialogState extends State<DeleteAccountDialog> {
  final _password = TextEditingController();
  late final _request = Command(SignInFailure.from, () {
    if (mounted) setState(() {});
  });

  @override
  void initState() {
    super.initState();
    _password.addListener(() => setState(() {}));
  }

  @override
  void dispose() {
    _password.dispose();
    super.dispose();
  }

  Future<void> _submit(Future<bool> Function() delete) async {
    final isDeleted = await _request.run(delete) ?? false;
    if (!isDeleted || !mounted) return;
    // The app may already have closed this dialog with all other screens of the user; then popping would close the
    // screen below.
    if (ModalRoute.of(context)?.isCurrent ?? false) Navigator.of(context).pop();
  }

  @override
  Widget build(BuildContext context) {
    final words = WeightWords.of(context);
    final colors = Theme.of(context).colorScheme;
    return AlertDialog(
      title: Text(words.deleteAccount),
      scrollable: true,
      content: Column(
        mainAxisSize: MainAxisSize.min,
        crossAxisAlignment: CrossAxisAlignment.stretch,
        children: [
          Text(words.deleteAccountLead),
          const SizedBox(height: 16),
          if (_request.failure case final failure?) ...[
            Notice(signInFailureText(failure, words)),
            const SizedBox(height: 16),
          ],
          PasswordField(controller: _password, label: words.currentPassword),
          if (widget.viewModel.hasGoogle) ...[
            const SizedBox(height: 8),
            TextButton(
              onPressed: _request.isBusy ? null : () => _submit(widget.viewModel.deleteAccountWithGoogle),
              child: Text(words.confirmWithGoogle, textAlign: TextAlign.center),
            ),
          ],
        ],
      ),
      actions: [
        TextButton(onPressed: () => Navigator.of(context).pop(), child: Text(words.cancel)),
        FilledButton(
          style: FilledButton.styleFrom(backgroundColor: colors.error, foregroundColor: colors.onError),
          onPressed: _request.isBusy || _password.text.isEmpty
              ? null
              : () => _submit(() => widget.viewModel.deleteAccount(_password.text)),
          child: Text(words.deleteAccount),
        ),
      ],
    );
  }
}
