-- A guardian who sees appointments only hears nothing of letters.
select add_to_list('notice_shown', 'prescription', 'letter', 'letter_withdrawn');
