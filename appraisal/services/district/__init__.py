"""区综合考核 as acts: the table issued, units rate themselves, the district scores, objections, the report."""
