"""Process groups, exit statuses and the kernel's count of processes killed for memory."""
