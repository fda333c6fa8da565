<?php
declare(strict_types=1);

namespace Bench\Framework;

interface Middleware
{
    public function process(Request $request, Handler $next): Response;
}
