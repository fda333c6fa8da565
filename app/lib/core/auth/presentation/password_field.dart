import 'package:flutter/material.dart';

import '../../../l10n/words.dart';

/// A field for a password, which can be looked at.
class PasswordField extends StatefulWidget {
  /// With a [label].
  const PasswordField({
    required this.controller,
    required this.label,
    this.helper,
    this.isNew = false,
    this.validator,
    this.onSubmitted,
    super.key,
  });

  /// Holds the text.
  final TextEditingController controller;

  /// What it is.
  final String label;

  /// What it should be like.
  final String? helper;

  /// Whether a password manager should propose one.
  final bool isNew;

  /// What is wrong with it.
  final FormFieldValidator<String>? validator;

  /// After the enter key.
  final VoidCallback? onSubmitted;

  @override
  State<PasswordField> createState() => _PasswordFieldState();
}

class _PasswordFieldState extends State<PasswordField> {
  bool _isHidden = true;

  @override
  Widget build(BuildContext context) {
    final words = Words.of(context);
    return TextFormField(
      controller: widget.controller,
      obscureText: _isHidden,
      autofillHints: [if (widget.isNew) AutofillHints.newPassword else AutofillHints.password],
      decoration: InputDecoration(
        labelText: widget.label,
        helperText: widget.helper,
        prefixIcon: const Icon(Icons.lock_outline),
        suffixIcon: IconButton(
          tooltip: _isHidden ? words.showPassword : words.hidePassword,
          icon: Icon(_isHidden ? Icons.visibility : Icons.visibility_off),
          onPressed: () => setState(() => _isHidden = !_isHidden),
        ),
      ),
      validator: widget.validator,
      onFieldSubmitted: (_) => widget.onSubmitted?.call(),
    );
  }
}
