<?php
declare(strict_types=1);

namespace Bench\App;

final class Settings
{
    public function __construct(private array $values)
    {
    }

    public function get(string $name): mixed
    {
        return $this->values[$name] ?? throw new \RuntimeException("the setting $name is missing");
    }
}
