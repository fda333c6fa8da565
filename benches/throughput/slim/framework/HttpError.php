<?php
declare(strict_types=1);

namespace Bench\Framework;

/** An error with a message for the client. */
final class HttpError extends \RuntimeException
{
    /** @param array<string, string> $fields what is wrong with each field */
    public function __construct(public readonly int $status, string $message, public readonly array $fields = [])
    {
        parent::__construct($message);
    }
}
